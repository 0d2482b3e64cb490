import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** How many objects there are to look through. */
export interface CrowdSize {
  readonly namespaces: number;
  /** Packet sockets, spread over the namespaces. Every other one holds its interface; the others only capture. */
  readonly sockets: number;
  readonly processes: number;
}

/**
 * Idle processes, packet sockets and network namespaces, as on a container host. Of six namespaces, four have
 * processes, one has only a name, and one has only sockets that processes elsewhere keep open.
 */
export class Crowd implements Disposable {
  readonly #first: ChildProcess;

  private constructor(first: ChildProcess) {
    this.#first = first;
  }

  static async gather({ namespaces, sockets, processes }: CrowdSize): Promise<Crowd> {
    const sizes = [namespaces, sockets, processes].map(String);
    // In a PID namespace, all processes end with the first one. That one ends when it can no longer read its input, so
    // it ends whenever this process does.
    const first = spawn("unshare", ["--pid", "--fork", "python3", "-u", "-c", program, ...sizes], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const crowd = new Crowd(first);
    const failed = once(first, "exit").then(() => {
      throw new Error("the processes and namespaces could not be made");
    });
    await Promise.race([once(first.stdout, "data"), failed]);
    failed.catch(() => {});
    return crowd;
  }

  [Symbol.dispose](): void {
    this.#first.stdin?.end();
  }
}

const program = `
import ctypes, os, socket, struct, subprocess, sys
libc = ctypes.CDLL(None, use_errno=True)
namespaces, sockets, processes = map(int, sys.argv[1:])
CLONE_NEWNET, MS_BIND, ETH_P_ALL, SOL_PACKET, ADD_MEMBERSHIP, PROMISC = 0x40000000, 0x1000, 3, 263, 1, 1
OWN = "/proc/thread-self/ns/net"

def must(result):
    if result != 0: raise OSError(ctypes.get_errno())

def packet_socket(holds):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    s.bind(("eth0", ETH_P_ALL))
    if holds:
        s.setsockopt(SOL_PACKET, ADD_MEMBERSHIP, struct.pack("iHH8s", socket.if_nametoindex("eth0"), PROMISC, 0, b""))
    s.set_inheritable(True)
    return s

def idle(times):
    for _ in range(times): os.posix_spawnp("sleep", ["sleep", "infinity"], os.environ)

links = "link add eth0 type veth peer name eth1\\nlink set eth0 up\\nlink set eth1 up\\n"
os.makedirs("/run/netns", exist_ok=True)
home = os.open(OWN, os.O_RDONLY)
for number in range(namespaces):
    must(libc.unshare(CLONE_NEWNET))
    subprocess.run(["ip", "-batch", "-"], input=links, text=True, check=True)
    opened = [packet_socket(each // namespaces % 2 == 0) for each in range(number, sockets, namespaces)]
    kept_by = ["process", "process", "name", "process", "socket", "process"][number % 6]
    if kept_by == "name":
        path = f"/run/netns/named{number}"
        open(path, "w").close()
        must(libc.mount(OWN.encode(), path.encode(), None, MS_BIND, None))
    if kept_by != "process": must(libc.setns(home, CLONE_NEWNET))
    idle(1)
    for s in opened: s.close()
    idle(len(range(number, processes, namespaces)) - 1)
    must(libc.setns(home, CLONE_NEWNET))
print("ready", flush=True)
sys.stdin.read()
`;
