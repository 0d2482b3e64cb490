import { type ChildProcess, spawn, spawnSync } from "../process/child-process.js";
import { lacking } from "../process/peer.js";
import { asNobody } from "../process/without-root.js";
import { noOtherUsers } from "./namespace.js";

const inOwnNamespace = [...asNobody, "unshare", "--user", "--map-root-user", "--net"];

/** Why an ordinary user can't make network namespaces on this machine, or false. */
export const noUnprivilegedNamespaces: string | false =
  noOtherUsers ||
  lacking("ip", "python3", "setpriv", "unshare") ||
  (canUnshare() ? false : "this kernel doesn't allow it");

function canUnshare(): boolean {
  const [command = "", ...args] = [...inOwnNamespace, "true"];
  return spawnSync(command, args).status === 0;
}

/** A process of an ordinary user in namespaces of its own. It ends when it is disposed of. */
export class UnprivilegedNamespaces implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;

  private constructor(command: readonly string[]) {
    const [program = "", ...args] = command;
    // The process has a process group of its own, which can be ended as a whole.
    this.#process = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"], detached: true });
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

  /** Makes one namespace with thousands of links, and adds and removes others without pause. */
  static storm(): Promise<UnprivilegedNamespaces> {
    return UnprivilegedNamespaces.#start([...inOwnNamespace, "python3", "-c", storm]);
  }

  /** Makes a number of namespaces, each with a process. */
  static many(count: number): Promise<UnprivilegedNamespaces> {
    return UnprivilegedNamespaces.#start([...inOwnNamespace, "python3", "-c", many, String(count)]);
  }

  /** Repeats changes that may confuse a watch, as described at the script. */
  static mischief(): Promise<UnprivilegedNamespaces> {
    return UnprivilegedNamespaces.#start([...inOwnNamespace, "python3", "-c", mischief]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.stdin?.end();
    await this.#ended;
  }
}

/**
 * Removing links takes long, and most of that time nothing changes. Therefore links are removed in groups, while others
 * are added.
 */
const storm = `
import fcntl, itertools, os, select, subprocess, sys
adding = subprocess.Popen(["ip", "-force", "-batch", "-"], stdin=subprocess.PIPE, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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

/**
 * Makes holders with command lines of megabytes, sockets with hundreds of memberships, endless refused calls, and 200
 * namespaces that are made and removed, each with a holder.
 */
const mischief = `
import fcntl, os, select, socket, struct, sys, time
ours = []
def child(run):
    pid = os.fork()
    if pid: return ours.append(pid)
    try: run()
    finally: os._exit(0)
def packet(): return socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
def add(s, kind, address=b""): s.setsockopt(263, 1, struct.pack("iHH8s", 1, kind, len(address), address))
hold = "import socket, struct, time; s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0); s.setsockopt(263, 1, struct.pack('iHH8s', 1, 1, 0, b'')); time.sleep(0.2)"
def long_names():
    while True:
        pid = os.fork()
        if pid == 0: os.execv(sys.executable, [sys.executable, "-S", "-E", "-c", hold] + ["x" * 100000] * 10)
        os.waitpid(pid, 0)
def many_memberships():
    while True:
        sockets = [packet() for _ in range(5)]
        for s in sockets:
            for number in range(300): add(s, 0, struct.pack(">HI", 0x0100, number))
            add(s, 1)
        time.sleep(0.5)
        for s in sockets: s.close()
def refusals():
    s, udp = packet(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    while True:
        for ask in [lambda: s.setsockopt(263, 1, struct.pack("iHH8s", 99999, 1, 0, b"")),
            lambda: fcntl.ioctl(udp, 0x8914, struct.pack("16sH22x", b"nosuch", 0x1103)),
            lambda: netlink.send(struct.pack("IHHII", 32, 16, 1, 0, 0) + struct.pack("BxHiII", 0, 0, 99999, 0x100, 0x100))]:
            try: ask()
            except OSError: pass
        time.sleep(0.0001)
def namespaces():
    import ctypes
    libc, alive = ctypes.CDLL(None), []
    while True:
        pid = os.fork()
        if pid == 0:
            if libc.unshare(0x40000000) == 0:
                s = packet()
                add(s, 1)
                time.sleep(4)
            os._exit(0)
        alive.append(pid)
        if len(alive) > 200: os.waitpid(alive.pop(0), 0)
        time.sleep(0.02)
for run in [long_names, many_memberships, refusals, namespaces]: child(run)
print("begun", flush=True)
sys.stdin.read()
os.killpg(0, 9)
`;
