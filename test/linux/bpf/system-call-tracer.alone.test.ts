import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { describe, it } from "node:test";
import type { CallRecord, MembershipCall } from "../../../src/linux/bpf/call-record.js";
import { SystemCallTracer } from "../../../src/linux/bpf/system-call-tracer.js";
import { NetworkNamespace } from "../../../src/linux/namespace/network-namespace.js";
import { LinkEvents } from "../../../src/linux/netlink/link-events.js";
import { MembershipSocket } from "../../../src/linux/packet/membership-socket.js";
import { readInterface } from "../../../src/promiscuity/read.js";
import {
  PACKET_MR_ALLMULTI,
  PACKET_MR_PROMISC,
  PACKET_MR_UNICAST,
} from "../../../src/wire/kernel/packet-mreq.js";
import { IFF_ALLMULTI, IFF_PROMISC } from "../../../src/wire/kernel/rtnetlink/link.js";
import { ip, isolate, sh } from "../../support/network/namespace.js";
import { type ChildProcess, spawn, spawnSync } from "../../support/process/child-process.js";
import { lacking } from "../../support/process/peer.js";
import { program } from "../../support/process/program.js";
import { callsDuring, noTracing, ownNamespace } from "../../support/watch/tracing.js";

isolate();

const moduleAt = (path: string): string =>
  JSON.stringify(new URL(`../../../src/${path}.js`, import.meta.url));

/** Runs a program to its end, and returns its process id. */
function run(command: string, ...args: string[]): number {
  const { pid, status, signal, stderr } = spawnSync(command, args, { encoding: "utf8", timeout: 60_000 });
  assert.equal(status, 0, `${command}: ${stderr} ${signal ?? ""}`);
  return pid;
}

/** The beginning of a Python script, whose functions `add` and `drop` change a membership of an interface. */
const python = `
import os, socket, struct, sys
index = int(sys.argv[1])
holder = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
def membership(option, type, size=0):
    holder.setsockopt(263, option, struct.pack("iHH8s", index, type, size, bytes([2, 0, 0, 0, 0, 1])[:size]))
def add(type, size=0): membership(1, type, size)
def drop(type, size=0): membership(2, type, size)
`;

function runPython(script: string, ...args: (string | number)[]): number {
  return run("python3", "-c", python + script, ...args.map(String));
}

const membershipsOf = (events: readonly CallRecord[]): MembershipCall[] =>
  events.filter((event) => event.kind === "membership");

/** Returns the only call. */
function only(events: readonly CallRecord[]): CallRecord {
  assert.equal(events.length, 1, `${events.length} events`);
  return events[0] as CallRecord;
}

describe("a trace of system calls", { skip: noTracing || lacking("ip", "python3") }, () => {
  ip("link add v0 type veth peer name v1");
  const { ifindex } = readInterface("v0");

  it("reports who adds and drops memberships, in which namespace, and on which interface", async () => {
    let pid = 0;
    const before = process.hrtime.bigint();
    const events = await callsDuring(() => {
      pid = runPython("add(1); drop(1); print(os.fstat(holder.fileno()).st_ino)", ifindex);
    });
    const [add, drop] = membershipsOf(events);
    assert.ok(add && drop && events.length === 2);
    assert.deepEqual([add.change, drop.change], ["add", "drop"]);
    for (const { request, tgid, parentTgid, uid, comm, args, argsCut, netns, time } of [add, drop]) {
      assert.deepEqual(request, { index: ifindex, type: PACKET_MR_PROMISC });
      assert.deepEqual([tgid, parentTgid, uid], [pid, process.pid, 0]);
      assert.match(comm, /^python3/);
      // The script is longer than what is kept of the command line.
      assert.equal(args[1], "-c");
      assert.ok(python.startsWith((args[2] as string).slice(0, 100)));
      assert.equal(argsCut, true);
      assert.equal(netns, ownNamespace());
      assert.ok(time > before && time < process.hrtime.bigint());
    }
    assert.ok(add.time < drop.time);
    assert.equal(add.socketInode, drop.socketInode);
  });

  it("reports the socket's inode number as /proc does", async () => {
    const sockets = (): string[] =>
      readdirSync("/proc/self/fd").flatMap((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`);
        } catch {
          return [];
        }
      });
    let opened: string[] = [];
    const event = only(
      await callsDuring(() => {
        const before = new Set(sockets());
        using socket = new MembershipSocket("test");
        socket.joinPromiscuous(ifindex, "test");
        opened = sockets().filter((each) => !before.has(each));
      }),
    );
    assert.deepEqual(opened, [`socket:[${event.socketInode}]`]);
    assert.equal(event.tgid, process.pid);
  });

  it("reports every membership type that counts, but not ordinary multicast", async () => {
    const events = await callsDuring(() => {
      runPython("add(0, 6); add(1); add(2); add(3, 6); drop(0, 6)", ifindex);
    });
    assert.deepEqual(
      membershipsOf(events).map(({ request }) => request?.type),
      [PACKET_MR_PROMISC, PACKET_MR_ALLMULTI, PACKET_MR_UNICAST],
    );
  });

  it("doesn't report memberships, flags and links that the kernel refuses, with and without privilege", async () => {
    const events = await callsDuring(() => {
      runPython(
        `
import errno, fcntl
def refused(number, ask, *args):
    try: ask(*args)
    except OSError as error: assert error.errno == number, error
    else: assert False
good, index = index, 12345678
refused(errno.ENODEV, add, 1)
index = good
refused(errno.EINVAL, holder.setsockopt, 263, 1, struct.pack("iHH8s", index, 1, 9, b""))
refused(errno.ENODEV, fcntl.ioctl, holder, 0x8914, struct.pack("16sH22x", b"nosuch", 0x100))
netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
os.setresuid(65534, 65534, 65534)
refused(errno.EPERM, fcntl.ioctl, holder, 0x8914, struct.pack("16sH22x", b"v0", 0x1103))
for unprivileged in [netlink, socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)]:
    unprivileged.send(struct.pack("IHHII", 32, 16, 5, 0, 0) + struct.pack("BxHiII", 0, 0, index, 0x100, 0x100))
    assert struct.unpack_from("i", unprivileged.recv(1024), 16)[0] == -errno.EPERM
`,
        ifindex,
      );
    });
    assert.deepEqual(events, []);
  });

  it("reports what a user who is root in a user namespace changes there, but not what that user tries here", async () => {
    const script = `
import ctypes
netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
libc = ctypes.CDLL(None)
assert libc.unshare(0x10000000 | 0x40000000) == 0
flags = struct.pack("IHHII", 32, 16, 1, 0, 0) + struct.pack("BxHiII", 0, 0, 1, 0x100, 0x100)
netlink.send(flags)
print(os.stat("/proc/self/ns/net").st_ino, flush=True)
socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).send(flags)
`;
    let inside = 0;
    const seen: CallRecord[] = [];
    using trace = new SystemCallTracer((event) => void seen.push(event));
    const { stdout, stderr } = spawnSync("python3", ["-c", python + script, String(ifindex)], {
      encoding: "utf8",
    });
    inside = Number(stdout);
    assert.ok(inside > 0, stderr);
    trace.drain();
    const ours = seen.filter(({ netns }) => netns === inside || netns === ownNamespace());
    assert.deepEqual(
      ours.map(({ kind, netns }) => [kind, netns]),
      [["link", inside]],
    );
  });

  it("keeps room for calls that matter, however many a user makes in a namespace of that user's", () => {
    const flood = `
import ctypes
libc = ctypes.CDLL(None)
assert libc.unshare(0x10000000 | 0x40000000) == 0
netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
flags = struct.pack("IHHII", 32, 16, 1, 0, 0) + struct.pack("BxHiII", 0, 0, 99999, 0x100, 0x100)
for _ in range(20000): netlink.send(flags)
`;
    let seen = 0;
    using trace = new SystemCallTracer(({ netns }) => {
      if (netns === ownNamespace()) seen++;
    });
    // Nothing is read meanwhile, because this process waits.
    runPython(flood, ifindex);
    ip("link set v0 promisc on");
    ip("link set v0 promisc off");
    trace.drain();
    assert.equal(seen, 2);
    assert.ok(trace.lost > 0);
  });

  it("reports promisc run, on and off", async () => {
    let pid = 0;
    const ran = only(
      await callsDuring(() => {
        pid = run(program, "run", "v0", "--", "true");
      }),
    );
    assert.ok(ran.kind === "membership");
    assert.equal(ran.tgid, pid);
    assert.deepEqual(ran.args.slice(-4), ["run", "v0", "--", "true"]);
    const set = only(
      await callsDuring(() => {
        pid = run(program, "on", "v0");
      }),
    );
    assert.ok(set.kind === "link");
    assert.equal(set.tgid, pid);
    const { index, flags, change } = set.request ?? {};
    assert.deepEqual([index, flags, change], [ifindex, IFF_PROMISC, IFF_PROMISC]);
    const cleared = only(
      await callsDuring(() => {
        pid = run(program, "off", "--via", "ioctl", "v0");
      }),
    );
    assert.ok(cleared.kind === "flags");
    assert.equal(cleared.tgid, pid);
    assert.equal(cleared.request?.name, "v0");
    assert.equal((cleared.request?.flags ?? IFF_PROMISC) & IFF_PROMISC, 0);
  });

  it("reports changes by ip", async () => {
    let pid = 0;
    for (const [words, flags, change] of [
      ["promisc on", IFF_PROMISC, IFF_PROMISC],
      ["promisc off", 0, IFF_PROMISC],
      ["allmulticast on", IFF_ALLMULTI, IFF_ALLMULTI],
      ["allmulticast off promisc off", 0, IFF_ALLMULTI | IFF_PROMISC],
    ] as const) {
      const event = only(
        await callsDuring(() => {
          pid = run("ip", "link", "set", "v0", ...words.split(" "));
        }),
      );
      assert.ok(event.kind === "link");
      assert.deepEqual([event.tgid, event.comm, event.netns], [pid, "ip", ownNamespace()]);
      assert.deepEqual(event.args, ["ip", "link", "set", "v0", ...words.split(" ")]);
      assert.equal(event.argsCut, false);
      const { request } = event;
      assert.deepEqual([request?.index, request?.flags, request?.change], [ifindex, flags, change]);
    }
  });

  it("reports changes by ifconfig", { skip: lacking("ifconfig") }, async () => {
    for (const [word, flag] of [
      ["promisc", IFF_PROMISC],
      ["-promisc", 0],
    ] as const) {
      let pid = 0;
      const event = only(
        await callsDuring(() => {
          pid = run("ifconfig", "v0", word);
        }),
      );
      assert.ok(event.kind === "flags");
      assert.deepEqual([event.tgid, event.comm, event.args], [pid, "ifconfig", ["ifconfig", "v0", word]]);
      assert.equal(event.request?.name, "v0");
      assert.equal((event.request?.flags ?? 0) & IFF_PROMISC, flag);
    }
  });

  it("reports tcpdump, while the event loop runs", { skip: lacking("tcpdump") }, async () => {
    ip("link set v0 up");
    let tcpdump: ChildProcess | undefined;
    const event = await new Promise<CallRecord>((resolve) => {
      const trace = new SystemCallTracer((event) => {
        if (event.netns !== ownNamespace()) return;
        trace[Symbol.dispose]();
        resolve(event);
      });
      tcpdump = spawn("tcpdump", ["-n", "-i", "v0"], { stdio: "ignore" });
    });
    tcpdump?.kill();
    assert.ok(event.kind === "membership" && tcpdump);
    assert.equal(event.tgid, tcpdump.pid);
    assert.deepEqual(event.args, ["tcpdump", "-n", "-i", "v0"]);
    assert.deepEqual(event.request, { index: ifindex, type: PACKET_MR_PROMISC });
    await once(tcpdump, "exit");
  });

  it("reports rtnetlink requests through every system call that sends a message, by name and by index", async () => {
    // The message consists of nlmsghdr, ifinfomsg and IFLA_IFNAME; its type is RTM_SETLINK.
    const events = await callsDuring(() => {
      runPython(
        `
import ctypes
netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
netlink.bind((0, 0))
message = struct.pack("IHHII", 40, 19, 1, 0, 0) + struct.pack("BxHiII", 0, 0, 0, 0x100, 0x100) + struct.pack("HH4s", 7, 3, b"v0")
netlink.send(message)
netlink.sendto(message, (0, 0))
netlink.sendmsg([message])
class iovec(ctypes.Structure): _fields_ = [("base", ctypes.c_char_p), ("length", ctypes.c_size_t)]
class mmsghdr(ctypes.Structure): _fields_ = [("name", ctypes.c_void_p), ("namelen", ctypes.c_int),
    ("iov", ctypes.POINTER(iovec)), ("iovlen", ctypes.c_size_t), ("control", ctypes.c_void_p),
    ("controllen", ctypes.c_size_t), ("flags", ctypes.c_int), ("sent", ctypes.c_uint)]
piece = iovec(message, len(message))
assert ctypes.CDLL(None).sendmmsg(netlink.fileno(), ctypes.byref(mmsghdr(iov=ctypes.pointer(piece), iovlen=1)), 1, 0) == 1
`,
        ifindex,
      );
    });
    assert.equal(events.length, 4);
    for (const event of events) {
      assert.ok(event.kind === "link");
      assert.equal(event.request?.name, "v0");
      assert.deepEqual([event.request.index, event.request.flags], [0, IFF_PROMISC]);
    }
  });

  it("reports requests that set all flags, but not those that set no flag that matters", async () => {
    const events = await callsDuring(() => {
      runPython(
        `
netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
for flags, change in [(0, 0), (0x1003, 0), (0, 0xffffffff), (1, 1), (0x300, 0x1c0f), (0, 0x200)]:
    netlink.send(struct.pack("IHHII", 32, 16, 1, 0, 0) + struct.pack("BxHiII", 0, 0, index, flags, change))
`,
        ifindex,
      );
    });
    assert.deepEqual(
      events.map((event) => event.kind === "link" && [event.request?.flags, event.request?.change]),
      [
        [0x1003, 0],
        [0, 0xffff_ffff],
        [0, IFF_ALLMULTI],
      ],
    );
  });

  it("reports all of a hundred holders that end at once", async () => {
    const events = await callsDuring(() => {
      runPython(
        `
for _ in range(100):
    child = os.fork()
    if child == 0:
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0).setsockopt(263, 1, struct.pack("iHH8s", index, 1, 0, b""))
        os._exit(0)
    os.waitpid(child, 0)
`,
        ifindex,
      );
    });
    const holders = membershipsOf(events);
    assert.equal(new Set(holders.map(({ tgid }) => tgid)).size, 100);
    assert.equal(new Set(holders.map(({ socketInode }) => socketInode)).size, 100);
    assert.ok(holders.every(({ args }) => args[1] === "-c"));
  });

  it("reports the socket's namespace, not that of the process", async () => {
    sh("mkdir -p /run/netns");
    ip("netns add other");
    using other = NetworkNamespace.open("/run/netns/other");
    const event = only(
      await callsDuring(() => {
        using socket = new MembershipSocket("test");
        other.enter(() => {
          // The index belongs to the socket's namespace.
          socket.joinPromiscuous(ifindex, "test");
        });
      }),
    );
    assert.equal(event.netns, ownNamespace());
    const within = only(
      await callsDuring(() => {
        ip("netns exec other ip link set lo promisc on");
      }, other.inode),
    );
    assert.equal(within.netns, other.inode);
    assert.deepEqual(within.args.slice(-3), ["lo", "promisc", "on"]);
  });

  it("reports a request that the kernel itself has to load into memory first", async () => {
    const events = await callsDuring(() => {
      // The file is mapped, and none of its pages has been read before.
      runPython(
        `
import ctypes, mmap, tempfile
file = tempfile.TemporaryFile()
file.write(bytes(4096) + struct.pack("iHH8s", index, 1, 0, b"").ljust(4096, bytes(1)))
file.flush()
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
address = libc.mmap(None, 8192, 1, 2, file.fileno(), 0)
assert libc.setsockopt(holder.fileno(), 263, 1, ctypes.c_void_p(address + 4096), 16) == 0
`,
        ifindex,
      );
    });
    const event = only(events);
    assert.ok(event.kind === "membership" && event.change === "add");
    assert.deepEqual(event.request, { index: ifindex, type: PACKET_MR_PROMISC });
  });

  it("reports nothing else", async () => {
    const events = await callsDuring(() => {
      for (const words of ["mtu 1400", "up", "down", "alias x", "txqueuelen 9"]) ip(`link set v0 ${words}`);
      ip("addr add 192.0.2.1/24 dev v0");
      ip("-d link show v0");
      runPython(
        `
netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 4)
request = struct.pack("IHHII", 32, 16, 1, 0, 0) + struct.pack("BxHiII", 0, 0, index, 0x100, 0x100)
a, b = socket.socketpair()
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
read, write = os.pipe()
for _ in range(100):
    for send in [a.send, lambda r: a.sendmsg([r]), lambda r: os.write(write, r), lambda r: a.sendall(r[:20])]: send(request)
    try: netlink.send(request)
    except OSError: pass
    b.recv(1024), os.read(read, 1024)
    udp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.setsockopt(263, 8, 1)
    try: udp.setsockopt(263, 1, struct.pack("iHH8s", index, 1, 0, b""))
    except OSError: pass
    try: a.ioctl(0x8914)
    except AttributeError: pass
    for fd in [0, 99, 1 << 30, -1]:
        try: socket.socket(fileno=fd)
        except (OSError, ValueError): pass
`,
        ifindex,
      );
    });
    assert.deepEqual(events, []);
  });

  it("doesn't confuse a 32-bit system call with the 64-bit one of the same number", {
    skip: process.arch !== "x64" && "needs x86-64",
  }, async (test) => {
    // 54 is setsockopt in 64 bits and ioctl in 32 bits. The registers are those of a setsockopt that adds a membership.
    const script = `
import ctypes, mmap
code = mmap.mmap(-1, 4096, prot=7)
code.write(bytes.fromhex("4989ca" "b836000000" "cd80" "c3")) # mov r10, rcx; mov eax, 54; int 0x80; ret
call = ctypes.CFUNCTYPE(ctypes.c_int, *[ctypes.c_long] * 5)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
request = ctypes.create_string_buffer(struct.pack("iHH8s", index, 1, 0, b""))
call(holder.fileno(), 263, 1, ctypes.addressof(request), 16)
`;
    let signal: NodeJS.Signals | null = null;
    const events = await callsDuring(() => {
      ({ signal } = spawnSync("python3", ["-c", python + script, String(ifindex)]));
    });
    if (signal !== null) return test.skip("needs a kernel with 32-bit system calls");
    assert.deepEqual(events, []);
  });

  it("has reported a call before the kernel reports the change", async () => {
    const order: string[] = [];
    using trace = new SystemCallTracer((event) => {
      if (event.netns === ownNamespace()) order.push(event.kind);
    });
    await new Promise<void>((resolve) => {
      using holder = new MembershipSocket("test");
      const events = new LinkEvents((changes) => {
        trace.drain();
        if (changes.some((change) => change.kind === "changed" && change.link.promiscuity === 1)) {
          order.push("changed");
          events[Symbol.dispose]();
          resolve();
        }
      });
      holder.joinPromiscuous(ifindex, "test");
    });
    assert.deepEqual(order, ["membership", "changed"]);
  });

  it("delivers to two listeners at once", async () => {
    const second: CallRecord[] = [];
    using trace = new SystemCallTracer((event) => {
      if (event.netns === ownNamespace()) second.push(event);
    });
    const first = await callsDuring(() => {
      ip("link set v0 promisc on");
      ip("link set v0 promisc off");
    });
    trace.drain();
    assert.equal(first.length, 2);
    assert.deepEqual(
      second.map((event) => ({ ...event, time: 0n })),
      first.map((event) => ({ ...event, time: 0n })),
    );
  });
});

const changes = 10_000;
const flood = `
for _ in range(${changes / 2}):
    add(1); drop(1)
`;

describe("a trace of ten thousand changes", { skip: noTracing || lacking("ip", "python3") }, () => {
  ip("link add w0 type veth peer name w1");
  const { ifindex } = readInterface("w0");

  /** Starts a trace that keeps the calls in this process's network namespace, without those of other tests. */
  function listen(): { trace: SystemCallTracer; seen: CallRecord[] } {
    const seen: CallRecord[] = [];
    const netns = ownNamespace();
    return { seen, trace: new SystemCallTracer((event) => event.netns === netns && seen.push(event)) };
  }

  it("reports all of them in order while the event loop runs, or that some were lost", async () => {
    const { trace, seen } = listen();
    using _ = trace;
    const child = spawn("python3", ["-c", python + flood, String(ifindex)], { stdio: "inherit" });
    await once(child, "exit");
    trace.drain();
    assert.ok(seen.length + trace.lost >= changes, `${seen.length}, ${trace.lost} lost`);
    assert.ok(seen.every(({ time }, at) => time > (seen[at - 1]?.time ?? 0n)));
  });

  it("reports how many it lost when the event loop stood still, and goes on", () => {
    const { trace, seen } = listen();
    using _ = trace;
    runPython(flood, ifindex);
    trace.drain();
    assert.ok(trace.lost > 0);
    assert.ok(
      seen.length < changes && seen.length + trace.lost >= changes,
      `${seen.length}, ${trace.lost} lost`,
    );
    const before = seen.length;
    ip("link set w0 promisc on");
    trace.drain();
    assert.equal(seen.length, before + 1);
  });

  it("stops between two events when its listener disposes of it", () => {
    let seen = 0;
    const trace = new SystemCallTracer(() => {
      seen++;
      trace[Symbol.dispose]();
    });
    runPython("add(1); drop(1)", ifindex);
    trace.drain();
    trace.drain();
    assert.equal(seen, 1);
    assert.equal(trace.lost, 0);
  });
});

describe("a trace of system calls that has ended", { skip: noTracing }, () => {
  const openFiles = (): number => readdirSync("/proc/self/fd").length;
  const mappings = (): number => (readFileSync("/proc/self/maps", "utf8").match(/bpf-map/g) ?? []).length;

  it("leaves no file descriptor and no mapping", async () => {
    const before = [openFiles(), mappings()];
    for (let count = 0; count < 5; count++) {
      const trace = new SystemCallTracer(() => {});
      assert.ok(mappings() > (before[1] ?? 0));
      trace[Symbol.dispose]();
      trace[Symbol.dispose]();
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual([openFiles(), mappings()], before);
  });

  it("lets the process end", () => {
    run(
      process.execPath,
      "--input-type=module",
      "--eval",
      `import { SystemCallTracer } from ${moduleAt("linux/bpf/system-call-tracer")};
       const trace = new SystemCallTracer(() => {});
       setTimeout(() => trace[Symbol.dispose](), 20);`,
    );
  });
});

describe("the privileges for a trace of system calls", {
  skip: noTracing || lacking("unshare", "setpriv"),
}, () => {
  const script = `
    import { SystemCallTracer } from ${moduleAt("linux/bpf/system-call-tracer")};
    import { readdirSync } from "node:fs";
    const files = () => readdirSync("/proc/self/fd").length;
    const before = files();
    try {
      new SystemCallTracer(() => {})[Symbol.dispose]();
      console.log(JSON.stringify({ allowed: true }));
    } catch ({ code, message, hint }) {
      console.log(JSON.stringify({ code, message, hint, left: files() - before }));
    }
  `;
  const node = [process.execPath, "--input-type=module", "--eval", script];
  const outcomeOf = (...wrapper: string[]): object => {
    const [command = "", ...args] = [...wrapper, ...node];
    const { stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
    assert.notEqual(stdout, "", stderr);
    return JSON.parse(stdout);
  };
  const needed = "needs CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN, in the initial user namespace:";
  const refused = {
    code: "privilege",
    message: "cannot trace system calls: Operation not permitted (EPERM): BPF_MAP_CREATE",
    hint: `${needed} in a container, start that with --cap-add BPF --cap-add PERFMON`,
    left: 0,
  };
  const only = (capabilities: string): string[] => [
    "setpriv",
    `--bounding-set=-all${capabilities}`,
    `--inh-caps=-all${capabilities}`,
  ];

  it("are named in the error without any capability", () =>
    assert.deepEqual(outcomeOf(...only("")), refused));

  it("are named in the error for root of a user namespace", () =>
    assert.deepEqual(outcomeOf("unshare", "--user", "--map-root-user"), {
      ...refused,
      hint: `${needed} run it as root outside this user namespace, in which root has less power`,
    }));

  it("are named in the error without CAP_PERFMON", () =>
    assert.deepEqual(outcomeOf(...only(",+bpf")), {
      ...refused,
      message: "cannot trace system calls: Operation not permitted (EPERM): BPF_PROG_LOAD",
      hint: `${needed} in a container, start that with --cap-add PERFMON`,
    }));

  it("can be CAP_BPF and CAP_PERFMON", () =>
    assert.deepEqual(outcomeOf(...only(",+bpf,+perfmon")), { allowed: true }));

  it("can be CAP_SYS_ADMIN", () => assert.deepEqual(outcomeOf(...only(",+sys_admin")), { allowed: true }));
});

describe("a trace of listeners", { skip: noTracing || lacking("ip", "python3") }, () => {
  ip("link add x0 type veth peer name x1");
  const { ifindex } = readInterface("x0");
  const listening = async (script: string): Promise<CallRecord[]> =>
    await callsDuring(() => void runPython(script, ifindex), ownNamespace(), { listeners: true });
  /** What a call says besides its caller. */
  const partsOf = (call: CallRecord): object => {
    const { time, tgid, parentTgid, uid, comm, args, argsCut, netns, socketInode, ...parts } = call;
    return parts;
  };

  it("reports packet sockets and raw sockets with a protocol, and no others", async () => {
    const calls = await listening(`
socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x88cc))
socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)
socket.socket(socket.AF_INET6, socket.SOCK_RAW, 58)
socket.socket(socket.AF_INET, socket.SOCK_DGRAM, 0)
socket.socket(socket.AF_INET, socket.SOCK_STREAM, 6)
socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
`);
    assert.deepEqual(calls.map(partsOf), [
      { kind: "socket", family: 17, protocol: 3 },
      { kind: "socket", family: 17, protocol: 0x88cc },
      { kind: "socket", family: 2, protocol: 1 },
      { kind: "socket", family: 10, protocol: 58 },
    ]);
  });

  it("reports where packet sockets are bound, and their filters, but not those of other sockets", async () => {
    const calls = await listening(`
import ctypes
accept_all = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0xffff))
program = struct.pack("HxxxxxxP", 1, ctypes.addressof(accept_all))
holder.bind(("x0", 0x0800))
holder.setsockopt(socket.SOL_SOCKET, 26, program)
holder.setsockopt(socket.SOL_SOCKET, 27, 0)
holder.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
other.setsockopt(socket.SOL_SOCKET, 26, program)
other.bind(("0.0.0.0", 0))
`);
    assert.deepEqual(calls.map(partsOf), [
      { kind: "bind", request: { family: 17, index: ifindex, protocol: 0x0800 } },
      { kind: "filter", change: "attach" },
      { kind: "filter", change: "detach" },
    ]);
    assert.equal(new Set(calls.map(({ socketInode }) => socketInode)).size, 1);
  });

  it("reports memberships as well, and without the option nothing else", async () => {
    const script = `
holder.bind(("x0", 3))
add(1)
`;
    assert.deepEqual(
      (await listening(script)).map(({ kind }) => kind),
      ["bind", "membership"],
    );
    const calls = await callsDuring(() => void runPython(script, ifindex));
    assert.deepEqual(
      calls.map(({ kind }) => kind),
      ["membership"],
    );
  });
});
