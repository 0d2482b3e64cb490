import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ip, noOtherUsers, sh } from "../network/namespace.js";
import { type ChildProcess, spawn } from "./child-process.js";

const child = fileURLToPath(new URL("./user-directory-child.js", import.meta.url));

/** Why a user directory can't run on this machine, or false. Tests that need one use it as their `skip` option. */
export const noUserDirectory: string | false =
  noOtherUsers || (existsSync("/etc/nsswitch.conf") ? false : "needs the name service of glibc");

/**
 * A directory service for users, which the name service of this process's mount namespace asks besides /etc/passwd. It
 * is Hesiod, which the C library supports without another package: users are TXT records of the DNS.
 */
export class UserDirectory implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;
  /** The names that it was asked for, such as `1000.uid.ns.test`. */
  readonly questions: string[] = [];

  private constructor(users: readonly string[]) {
    this.#process = spawn(process.execPath, [child, ...users], { stdio: ["ignore", "pipe", "inherit"] });
    this.#ended = new Promise((resolve) => this.#process.once("close", resolve));
  }

  /** @param users lines of passwd(5); without any, the server doesn't answer */
  static async start(...users: string[]): Promise<UserDirectory> {
    useHesiod();
    const directory = new UserDirectory(users);
    await new Promise<void>((resolve, reject) => {
      directory.#process.once("error", reject);
      directory.#process.once("close", () => reject(new Error("the directory of users ended")));
      directory.#process.stdout?.setEncoding("utf8").on("data", (text: string) => {
        directory.questions.push(...text.trim().split("\n"));
        resolve();
      });
    });
    return directory;
  }

  async wasAskedFor(name: string): Promise<void> {
    while (!this.questions.includes(name)) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#ended;
  }
}

let isInUse = false;

/** Configures the name service in the private mount namespace of `isolate()`, which has a private /run too. */
function useHesiod(): void {
  if (isInUse) return;
  isInUse = true;
  ip("link set lo up");
  replace("/etc/nsswitch.conf", "passwd: files hesiod\ngroup: files\n");
  replace("/etc/resolv.conf", "nameserver 127.0.0.1\n");
  // The C library reads this file unless the process has changed its user.
  writeFileSync("/run/user-directory/hesiod.conf", "lhs=.ns\nrhs=.test\nclasses=IN\n");
  process.env["HESIOD_CONFIG"] = "/run/user-directory/hesiod.conf";
}

/** Replaces a file in this mount namespace only. */
export function replace(path: string, text: string): void {
  mkdirSync("/run/user-directory", { recursive: true });
  const file = `/run/user-directory/${path.split("/").at(-1)}`;
  writeFileSync(file, text);
  sh(`mount --bind ${file} ${path}`);
}
