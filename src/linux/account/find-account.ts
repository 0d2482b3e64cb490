import type { Account } from "./account.js";
import { type Answer, askForGroups, askLater, askNow, type UserKey } from "./name-service.js";
import { findInPasswdFile } from "./passwd-file.js";

/** How long an answer is valid, in milliseconds: one that has the user, and one that there is no such user. */
const FOUND_MS = 600_000;
const ABSENT_MS = 60_000;

/** How long to wait before asking again after there was no answer, in milliseconds. */
const PAUSE_MS = 30_000;

/**
 * How long to wait for an answer, in milliseconds: in total for all questions that block, and for each one in the
 * background.
 */
const PATIENCE_MS = 2_000;
const BACKGROUND_PATIENCE_MS = 10_000;

/** The most user IDs that are remembered, because a user who may use many of them could fill the memory. */
const MOST_REMEMBERED = 4096;

/** The most user IDs that one getent(1) process is asked for. */
const MOST_AT_ONCE = 64;

interface Remembered {
  readonly account: Account | undefined;
  /** When to ask again, by performance.now(). */
  readonly until: number;
}

/** Answers by name and by user ID. Names come from policies and options; IDs can be those of any process. */
const byName = new Map<string, Remembered>();
const byUid = new Map<number, Remembered>();
let spentMs = 0;
let pausedUntil = 0;

/** The users to look up in the background. */
const waiting = new Set<UserKey>();
let isAsking = false;

/**
 * Finds a user of this machine, in /etc/passwd or by the name service. This process waits for the name service for at
 * most two seconds in total. A user about whom there is no answer counts as unknown.
 * @param user a name or a user ID
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

/**
 * Returns whether there is certainly no user of a name now: the name service answered that there is none. This process
 * waits for it as {@link findAccount} does.
 */
export function isUnknownUser(name: string): boolean {
  if (findAccount(name)) return false;
  const known = byName.get(name);
  return known !== undefined && known.account === undefined;
}

/**
 * Returns the supplementary groups of a user. Waits for the name service for at most two seconds; without an answer
 * there are none.
 */
export function findGroups({ name }: Account): number[] {
  return askForGroups(name, PATIENCE_MS) ?? [];
}

/**
 * Finds a user as {@link findAccount} does, but without waiting. A user known only to the name service is unknown when
 * first asked for, and known a moment later. An old answer remains valid until there is a new one.
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

/** Remembers an answer. The oldest one is dropped if there are too many. */
function remember(uid: number, entry: Remembered): void {
  byUid.delete(uid);
  byUid.set(uid, entry);
  const [first] = byUid.keys();
  if (byUid.size > MOST_REMEMBERED && first !== undefined) byUid.delete(first);
}

function remembered(user: UserKey): Remembered | undefined {
  return typeof user === "string" ? byName.get(user) : byUid.get(user);
}
