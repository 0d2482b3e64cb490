import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { noOtherUsers } from "./namespace.js";
import { lacking } from "./peer.js";
import { asNobody } from "./without-root.js";

const inOwnNamespace = [...asNobody, "unshare", "--user", "--map-root-user", "--net"];

/** Why an ordinary user can't make network namespaces here, or false. */
export const noUnprivilegedNamespaces: string | false =
  noOtherUsers ||
  lacking("ip", "python3", "setpriv", "unshare") ||
  (canUnshare() ? false : "this kernel doesn't allow it");

function canUnshare(): boolean {
  const [command = "", ...args] = [...inOwnNamespace, "true"];
  return spawnSync(command, args).status === 0;
}

/** What an ordinary user does in namespaces of its own, until it is disposed of. */
export class UnprivilegedNamespaces implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;

  private constructor(command: readonly string[]) {
    const [program = "", ...args] = command;
    this.#process = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
    this.#ended = new Promise((resolve) => this.#process.once("close", resolve));
  }

  static async #start(command: readonly string[]): Promise<UnprivilegedNamespaces> {
    const started = new UnprivilegedNamespaces(command);
    await new Promise<void>((resolve, reject) => {
      started.#process.stdout?.once("data", () => resolve());
      void started.#ended.then(() => reject(new Error("the namespaces could not be made")));
    });
    return started;
  }

  /** One namespace with thousands of links, in which others come and go without pause. */
  static storm(): Promise<UnprivilegedNamespaces> {
    return UnprivilegedNamespaces.#start([...inOwnNamespace, "python3", "-c", storm]);
  }

  /** So many namespaces, each with a process. */
  static many(count: number): Promise<UnprivilegedNamespaces> {
    return UnprivilegedNamespaces.#start([...inOwnNamespace, "python3", "-c", many, String(count)]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.stdin?.end();
    await this.#ended;
  }
}

/** To remove links takes long, most of it while nothing changes: so they are removed in groups, while others are added. */
const storm = `
import fcntl, itertools, os, select, subprocess, sys
adding = subprocess.Popen(["ip", "-batch", "-"], stdin=subprocess.PIPE, text=True, stdout=subprocess.DEVNULL)
fcntl.fcntl(adding.stdin, fcntl.F_SETPIPE_SZ, 4096)
def add(name, group):
    adding.stdin.write(f"link add {name} group {group} type ifb\\n")
    adding.stdin.flush()
for number in range(4000): add(f"s{number}", 0)
removing = []
for group in itertools.count(1):
    for number in range(200): add(f"t{group % 100}-{number}", group)
    if group > 1: removing.append(subprocess.Popen(["ip", "link", "del", "group", str(group - 1)]))
    if len(removing) > 3: removing.pop(0).wait()
    if group == 5: print("begun", flush=True)
    if group > 5 and select.select([sys.stdin], [], [], 0)[0]: break
adding.kill()
`;

const many = `
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
(go, end), (read, write) = os.pipe(), os.pipe()
count = int(sys.argv[1])
for _ in range(count):
    if os.fork() == 0:
        os.close(end)
        if libc.unshare(0x40000000) == 0: os.write(write, b".")
        os.close(write)
        os.read(go, 1)
        os._exit(0)
for _ in range(count): os.read(read, 1)
print("begun", flush=True)
sys.stdin.read()
`;
