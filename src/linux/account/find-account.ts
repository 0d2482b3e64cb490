import type { Account } from "./account.js";
import { type Answer, askForGroups, askLater, askNow, type UserKey } from "./name-service.js";
import { findInPasswdFile } from "./passwd-file.js";

/** How long an answer holds, in milliseconds: of a user, and of there being none. */
const FOUND_MS = 600_000;
const ABSENT_MS = 60_000;

/** For how long nobody is asked again after there was no answer, in milliseconds. */
const PAUSE_MS = 30_000;

/** How long is waited for an answer, in milliseconds: where somebody waits, all questions together; and where nobody does. */
const PATIENCE_MS = 2_000;
const BACKGROUND_PATIENCE_MS = 10_000;

/** Numbers that are remembered: whoever may use many of them could fill the memory. */
const MOST_REMEMBERED = 4096;

/** Numbers that one process of getent(1) is asked for. */
const MOST_AT_ONCE = 64;

interface Remembered {
  readonly account: Account | undefined;
  /** When it is to be asked for again (performance.now()). */
  readonly until: number;
}

/** Names are those that policies and options have; numbers are any that processes have. */
const byName = new Map<string, Remembered>();
const byUid = new Map<number, Remembered>();
let spentMs = 0;
let pausedUntil = 0;

/** Who is to be asked for in the background. */
const waiting = new Set<UserKey>();
let isAsking = false;

/**
 * A user of this machine: of /etc/passwd, or whom the name service has. It waits for that at most two seconds in the whole
 * life of this process, and takes a user for unknown whom there is no answer about.
 * @param user a name, or a number
 */
export function findAccount(user: UserKey): Account | undefined {
  const local = findInPasswdFile(user);
  if (local) return local;
  const known = remembered(user);
  const now = performance.now();
  if ((known && now < known.until) || now < pausedUntil || spentMs >= PATIENCE_MS) return known?.account;
  const answer = askNow([user], PATIENCE_MS - spentMs);
  spentMs += performance.now() - now;
  learn(answer);
  return remembered(user)?.account;
}

/** The groups that a user is in beside its own; none if there is no answer about them, which is waited for at most as long. */
export function findGroups({ name }: Account): number[] {
  return askForGroups(name, PATIENCE_MS) ?? [];
}

/**
 * The same as {@link findAccount} without waiting: a user whom only the name service has is unknown when first asked for, and known a moment later.
 * What was known stays known as long as there is no other answer.
 */
export function findKnownAccount(user: UserKey): Account | undefined {
  const local = findInPasswdFile(user);
  if (local) return local;
  const known = remembered(user);
  if (!known || performance.now() >= known.until) askInBackground(user);
  return known?.account;
}

function askInBackground(user: UserKey): void {
  if (waiting.size < MOST_REMEMBERED) waiting.add(user);
  if (isAsking || performance.now() < pausedUntil) return;
  const [first] = waiting;
  const users =
    typeof first === "string"
      ? [first]
      : [...waiting].filter((each) => typeof each === "number").slice(0, MOST_AT_ONCE);
  for (const each of users) waiting.delete(each);
  isAsking = true;
  askLater(users, BACKGROUND_PATIENCE_MS, (answer) => {
    isAsking = false;
    learn(answer);
    const [next] = waiting;
    if (next !== undefined) askInBackground(next);
  });
}

function learn(answer: Answer | undefined): void {
  const now = performance.now();
  if (!answer) {
    pausedUntil = now + PAUSE_MS;
    return;
  }
  for (const [user, account] of answer) {
    const entry = { account, until: now + (account ? FOUND_MS : ABSENT_MS) };
    if (typeof user === "string") byName.set(user, entry);
    const uid = typeof user === "number" ? user : account?.uid;
    if (uid !== undefined) remember(uid, entry);
  }
}

/** The one that was learnt of first makes room. */
function remember(uid: number, entry: Remembered): void {
  byUid.delete(uid);
  byUid.set(uid, entry);
  const [first] = byUid.keys();
  if (byUid.size > MOST_REMEMBERED && first !== undefined) byUid.delete(first);
}

function remembered(user: UserKey): Remembered | undefined {
  return typeof user === "string" ? byName.get(user) : byUid.get(user);
}
