import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileFilter } from "../../../src/linux/filter/compile-filter.js";
import { readPacketSockets } from "../../../src/linux/packet/packet-diag.js";
import {
  type PacketSocketDetails,
  readPacketSocketDetails,
} from "../../../src/linux/packet/packet-socket-details.js";
import { ForeignDescriptors } from "../../../src/linux/process/foreign-descriptors.js";
import { type AttachedFilter, readAttachedFilter } from "../../../src/linux/socket/attached-filter.js";
import { LINKTYPE_ETHERNET } from "../../../src/wire/file/linktype.js";
import { accept, BPF_MAXINSNS, type Instruction } from "../../../src/wire/kernel/bpf/classic.js";
import { ip, isolate, noNamespaces } from "../../support/network/namespace.js";
import { execFileSync } from "../../support/process/child-process.js";
import { HoldingProcess, noTcpdump } from "../../support/process/holding-processes.js";
import { lacking } from "../../support/process/peer.js";

isolate();

/** Python functions that attach a classic filter of `(code, jt, jf, k)`, and an eBPF one that accepts everything. */
const filters = `
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def classic(s, program):
    code = b"".join(struct.pack("HBBI", *each) for each in program)
    memory = ctypes.create_string_buffer(code)
    s.setsockopt(1, 26, struct.pack("HxxxxxxP", len(program), ctypes.addressof(memory)))
def extended(s):
    code = struct.pack("BBhi", 0xb7, 0, 0, -1) + struct.pack("BBhi", 0x95, 0, 0, 0)
    program, license = ctypes.create_string_buffer(code), ctypes.create_string_buffer(b"GPL")
    attributes = struct.pack("IIPP", 1, 2, ctypes.addressof(program), ctypes.addressof(license)).ljust(72, bytes(1))
    fd = libc.syscall(BPF, 5, ctypes.create_string_buffer(attributes), 72)
    if fd < 0: raise OSError(ctypes.get_errno(), "bpf")
    s.setsockopt(1, 50, struct.pack("i", fd))
def accept_all(length): return [(0x06, 0, 0, 65535)] * length
BPF = 321 if os.uname().machine == "x86_64" else 280
`;

/** Starts a process whose packet sockets are descriptors 100, 101 and so on. */
const sockets = (program: string): Promise<HoldingProcess> =>
  HoldingProcess.python(`${filters}\n${program}\nwait()`);

/** Returns the details of the sockets in the order in which they were opened. */
function listed(): PacketSocketDetails[] {
  const details = readPacketSocketDetails();
  assert.equal(details.size, readPacketSockets().sockets.length);
  return [...details].sort(([a], [b]) => a - b).map(([, each]) => each);
}

function attached({ pid }: HoldingProcess, fd: number): AttachedFilter | undefined {
  using descriptors = ForeignDescriptors.of(pid);
  using duplicate = descriptors?.duplicate(fd);
  assert.ok(duplicate);
  return readAttachedFilter(duplicate.number);
}

const isRoot = process.getuid?.() === 0;

describe("the filters of packet sockets", { skip: noNamespaces || lacking("python3") }, () => {
  it("are listed as they were attached, and read the same by SO_GET_FILTER", async () => {
    await using python = await sockets(`
for fd, length in ((100, 0), (101, 3)):
    s = packet_socket()
    if length: classic(s, accept_all(length))
    os.dup2(s.fileno(), fd)
`);
    const program: Instruction[] = Array.from({ length: 3 }, () => accept(0xffff));
    assert.deepEqual(
      listed().map(({ filter }) => filter),
      ["none-or-ebpf", program],
    );
    assert.deepEqual([attached(python, 100), attached(python, 101)], ["none", program]);
  });

  it("of eBPF are not listed, but SO_GET_FILTER shows that there is one", {
    skip: !isRoot && "needs root outside a user namespace",
  }, async () => {
    await using python = await sockets("s = packet_socket(); extended(s); os.dup2(s.fileno(), 100)");
    assert.deepEqual(
      listed().map(({ filter }) => filter),
      ["none-or-ebpf"],
    );
    assert.equal(attached(python, 100), "ebpf");
  });

  it("are not listed from the socket on whose filter fills the kernel's buffer", async () => {
    await using python = await sockets(`
for fd, length in ((100, 2), (101, ${BPF_MAXINSNS}), (102, 2)):
    s = packet_socket(); classic(s, accept_all(length)); os.dup2(s.fileno(), fd)
`);
    const kinds = listed().map(({ filter }) => (typeof filter === "string" ? filter : filter.length));
    assert.deepEqual(kinds, [2, "not-listed", "not-listed"]);
    assert.equal(attached(python, 101)?.length, BPF_MAXINSNS);
    assert.equal(attached(python, 102)?.length, 2);
  });

  it("are bounded in sum", async () => {
    await using _python = await sockets(`
for number in range(120): s = packet_socket(); classic(s, accept_all(3500)); os.dup2(s.fileno(), 100 + number)
`);
    const kept = listed().filter(({ filter }) => typeof filter !== "string");
    assert.ok(kept.length > 100 && kept.length < 120, `${kept.length} filters`);
  });

  it("are not permitted to be seen without CAP_NET_ADMIN", {
    skip: lacking("setpriv") || (!isRoot && "needs root"),
  }, async () => {
    await using _python = await sockets(
      "s = packet_socket(); classic(s, accept_all(2)); os.dup2(s.fileno(), 100)",
    );
    const program = `
      const { readPacketSocketDetails } = await import(${JSON.stringify(import.meta.resolve("../../../src/linux/packet/packet-socket-details.js"))});
      console.log(JSON.stringify([...readPacketSocketDetails().values()]));
    `;
    const withoutCapability = ["--bounding-set=-net_admin", "--inh-caps=-net_admin", process.execPath];
    const printed = execFileSync(
      "setpriv",
      [...withoutCapability, ...process.execArgv, "--input-type=module", "-e", program],
      { encoding: "utf8" },
    );
    assert.deepEqual(JSON.parse(printed), [{ filter: "not-permitted" }]);
  });
});

describe("tcpdump's socket", { skip: noNamespaces || noTcpdump || lacking("ip") }, () => {
  it("has a ring, the filter that libpcap compiles, and no fanout group", async () => {
    ip("link add d0 type veth peer name d1");
    ip("link set d0 up");
    await using tcpdump = await HoldingProcess.tcpdump("-i", "d0", "-s", "96", "udp", "port", "53");
    assert.ok(tcpdump.pid);
    const [details, ...others] = listed();
    assert.deepEqual(others, []);
    assert.ok(details?.receiveRing && details.receiveRing.blockSize > 0 && details.receiveRing.blocks > 0);
    assert.equal(details.fanout, undefined);
    assert.deepEqual(
      details.filter,
      compileFilter("udp port 53", { linkType: LINKTYPE_ETHERNET, snapLength: 96 }),
    );
  });

  it("in a fanout group of its own is listed with its group and mode, without flags", async () => {
    await using _python = await sockets(`
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
s.bind(("lo", 0)); s.setsockopt(263, 18, struct.pack("I", 0x1001 << 16 | 4711)); os.dup2(s.fileno(), 100)
`);
    assert.deepEqual(
      listed().map(({ fanout }) => fanout),
      [{ group: 4711, mode: 1 }],
    );
  });
});
