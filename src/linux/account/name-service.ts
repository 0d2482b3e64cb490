import { spawn, spawnSync } from "node:child_process";
import { type Account, readAccounts } from "./account.js";

/** A user's name or ID. */
export type UserKey = string | number;

/** The name service's answer for each user that was asked for; undefined for an unknown user. */
export type Answer = ReadonlyMap<UserKey, Account | undefined>;

/** The most bytes that are read of an answer. Lines of passwd(5) are short. */
const LONGEST_ANSWER = 1 << 20;

/**
 * Asks the name service (nsswitch.conf(5): SSSD, LDAP, systemd's dynamic users and others) for users, and waits for the
 * answer.
 *
 * The question is asked by getent(1), which calls getpwnam(3) and getpwuid(3) in a process of its own, so that a
 * directory server that doesn't answer can be given up. Within this process such a call would block one of Node.js's
 * few threads, and keep the process from ending.
 * @param users one name, or user IDs
 * @param patience the longest time to wait, in milliseconds
 * @returns undefined if there was no answer in that time, or there is no getent
 */
export function askNow(users: readonly UserKey[], patience: number): Answer | undefined {
  const { status, stdout } = runGetent(argumentsFor(users), patience);
  return answerOf(users, status, stdout);
}

/**
 * Asks the name service for a user's groups, as initgroups(3) does, and waits for the answer.
 * @param patience the longest time to wait, in milliseconds
 * @returns the group IDs; undefined if there was no answer in that time, or no getent that can ask
 */
export function askForGroups(name: string, patience: number): number[] | undefined {
  const { status, stdout } = runGetent(["initgroups", "--", name], patience);
  // The answer is the name, followed by the group IDs.
  return status === 0 ? (stdout.slice(name.length).match(/\d+/g) ?? []).map(Number) : undefined;
}

function runGetent(words: readonly string[], patience: number): { status: number | null; stdout: string } {
  const { status, stdout } = spawnSync("getent", words, {
    encoding: "utf8",
    timeout: Math.ceil(patience),
    killSignal: "SIGKILL",
    maxBuffer: LONGEST_ANSWER,
    stdio: ["ignore", "pipe", "ignore"],
  });
  return { status, stdout: stdout ?? "" };
}

/**
 * Asks as {@link askNow} does, but without waiting. This doesn't keep the process from ending.
 * @param onAnswer called once, from the event loop
 */
export function askLater(
  users: readonly UserKey[],
  patience: number,
  onAnswer: (answer: Answer | undefined) => void,
): void {
  const child = spawn("getent", argumentsFor(users), { stdio: ["ignore", "pipe", "ignore"] });
  let text = "";
  const stop = (): void => void child.kill("SIGKILL");
  // Not by an option of spawn(), whose timer would keep this process from ending.
  const timer = setTimeout(stop, patience).unref();
  const finish = (answer: Answer | undefined): void => {
    clearTimeout(timer);
    process.off("exit", stop);
    onAnswer(answer);
  };
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    if (text.length < LONGEST_ANSWER) text += part;
  });
  // If getent can't be started, the child is closed too.
  child.once("error", () => {});
  child.once("close", (status) => finish(answerOf(users, status, text)));
  process.once("exit", stop);
  child.unref();
  (child.stdout as unknown as { unref(): void }).unref();
}

function argumentsFor(users: readonly UserKey[]): string[] {
  return ["passwd", "--", ...users.map(String)];
}

/** Parses getent's answer. Its exit status is 0 if it found all users, and 2 if it found some or none. */
function answerOf(users: readonly UserKey[], status: number | null, text: string): Answer | undefined {
  if (status !== 0 && status !== 2) return undefined;
  const accounts = readAccounts(text);
  const [only] = users;
  // The answer may have the name in another form: a directory may ignore case, or prepend a domain.
  if (users.length === 1 && only !== undefined) return new Map([[only, accounts[0]]]);
  return new Map(users.map((user) => [user, accounts.find(({ uid }) => user === uid)]));
}
