import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ip, noOtherUsers, sh } from "../network/namespace.js";
import { type ChildProcess, spawn } from "./child-process.js";

const child = fileURLToPath(new URL("./user-directory-child.js", import.meta.url));

/** Why there can't be a directory of users here, or false: for the `skip` option of a test that needs one. */
export const noUserDirectory: string | false =
  noOtherUsers || (existsSync("/etc/nsswitch.conf") ? false : "needs the name service of glibc");

/**
 * A directory of users on the network, which the name service of this process's mount namespace asks beside /etc/passwd. It is
 * Hesiod, the one that the C library can ask without another package: users are TXT records of the DNS.
 */
export class UserDirectory implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;
  /** The names that it was asked for, `1000.uid.ns.test` for example. */
  readonly questions: string[] = [];

  private constructor(users: readonly string[]) {
    this.#process = spawn(process.execPath, [child, ...users], { stdio: ["ignore", "pipe", "inherit"] });
    this.#ended = new Promise((resolve) => this.#process.once("close", resolve));
  }

  /** @param users lines of passwd(5); without any, a server that doesn't answer */
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

/** In the private mount namespace of `isolate()`, whose /run is its own too. */
function useHesiod(): void {
  if (isInUse) return;
  isInUse = true;
  ip("link set lo up");
  replace("/etc/nsswitch.conf", "passwd: files hesiod\ngroup: files\n");
  replace("/etc/resolv.conf", "nameserver 127.0.0.1\n");
  // Where the C library finds it, if the user isn't another one than the process was started by.
  writeFileSync("/run/user-directory/hesiod.conf", "lhs=.ns\nrhs=.test\nclasses=IN\n");
  process.env["HESIOD_CONFIG"] = "/run/user-directory/hesiod.conf";
}

/** Puts another file in a file's place, for this mount namespace alone. */
export function replace(path: string, text: string): void {
  mkdirSync("/run/user-directory", { recursive: true });
  const file = `/run/user-directory/${path.split("/").at(-1)}`;
  writeFileSync(file, text);
  sh(`mount --bind ${file} ${path}`);
}
