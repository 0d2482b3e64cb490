import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { NetfilterListener } from "../../../src/linux/netfilter/netfilter-listener.js";
import type { TrafficFilter } from "../../../src/linux/netlink/traffic-filters.js";
import type { NamespaceSnapshot } from "../../../src/promiscuity/holders/snapshot.js";
import { listListeners, type MachineFacts } from "../../../src/promiscuity/listeners/list.js";
import { NotLookedAtList, neverLookedAt } from "../../../src/promiscuity/listeners/not-looked-at.js";
import type { FoundFilter } from "../../../src/promiscuity/listeners/packet-sockets.js";
import { ProgramDirectory } from "../../../src/promiscuity/listeners/programs.js";
import type { ListenerTables } from "../../../src/promiscuity/listeners/tables.js";
import * as bpf from "../../../src/wire/kernel/bpf/classic.js";
import type { Link } from "../../../src/wire/kernel/rtnetlink/link.js";
import type { PacketSocket } from "../../../src/wire/kernel/sock-diag/packet.js";

const link = (index: number, name: string, more: Partial<Link> = {}): Link => ({
  family: 0,
  type: 1,
  index,
  flags: 0,
  change: 0,
  name,
  ...more,
});

const socket = (inode: number, more: Partial<PacketSocket> = {}): PacketSocket => ({
  type: 3,
  protocol: 3,
  inode,
  info: { index: 1, version: 2, reserve: 0, copyThreshold: 0, timestamp: 0, flags: 0 },
  memberships: [],
  ...more,
});

const noTables: ListenerTables = {
  packetSockets: new Map(),
  xdpQueues: [],
  rawSockets: [],
  trafficFilters: [],
  attachedPrograms: [],
  rules: [],
  readers: [],
  unseen: [],
};

interface Machine {
  readonly links?: readonly Link[];
  readonly sockets?: readonly PacketSocket[];
  readonly tables?: Partial<ListenerTables>;
  readonly found?: FoundFilter;
  readonly facts?: Partial<MachineFacts>;
  /** The inode numbers of the namespaces, which are alike. */
  readonly namespaces?: readonly number[];
}

function list({
  links = [link(1, "eth0")],
  sockets = [],
  tables = {},
  found = "none",
  facts,
  namespaces = [10],
}: Machine) {
  const notLookedAt = new NotLookedAtList();
  const snapshots = namespaces.map(
    (inode): NamespaceSnapshot => ({
      inode,
      names: [],
      pids: [],
      links,
      unicastAddresses: new Map(),
      sockets,
      peers: new Map(),
    }),
  );
  const more = new Map(namespaces.map((inode) => [inode, { ...noTables, ...tables }]));
  const listeners = listListeners(
    { snapshots, more },
    {
      processes: (inode) => [{ pid: inode }],
      describe: (pids) => pids.map((pid) => ({ pid })),
      programs: new ProgramDirectory([], [], (pids) => pids.map((pid) => ({ pid }))),
      bpfLinks: [],
      taps: [],
      socketFilters: { read: () => found, isBlind: false, remedy: "sudo" },
      xdpSocketOwners: () => ({ pids: [7, 8], isComplete: true }),
      notLookedAt,
      ...facts,
    },
  );
  return { listeners, unseen: notLookedAt.entries() };
}

const accepting = [bpf.accept(1)];

describe("the listeners of a machine", () => {
  it("include packet sockets with the filter that the kernel lists, or else one that a descriptor shows", () => {
    const filterOf = (listed: Parameters<typeof tablesOf>[0], found: FoundFilter) => {
      const { listeners, unseen } = list({ sockets: [socket(5)], found, tables: tablesOf(listed) });
      const [first] = listeners;
      assert.equal(first?.kind, "packet-socket");
      const { filter } = first;
      return [filter.kind, "reason" in filter ? filter.reason : undefined, unseen[0]?.what];
    };
    const tablesOf = (filter: "none-or-ebpf" | "not-permitted" | "not-listed" | undefined) =>
      filter === undefined ? {} : { packetSockets: new Map([[5, { filter }]]) };
    const unread = "the filters of sockets";
    const refused = "this user may not examine the socket's process";
    for (const [listed, found, ...expected] of [
      ["none-or-ebpf", "none", "none", undefined, undefined],
      ["none-or-ebpf", "ebpf", "ebpf", undefined, undefined],
      [
        "none-or-ebpf",
        "refused",
        "unknown",
        `none, or an eBPF program: the kernel lists neither, and ${refused}`,
        unread,
      ],
      ["not-permitted", "refused", "unknown", "the kernel doesn't show it to this user", unread],
      ["not-permitted", accepting, "classic", undefined, undefined],
      ["not-listed", accepting, "classic", undefined, undefined],
      [
        undefined,
        "no-process",
        "unknown",
        "the kernel doesn't list it, and no process that can be seen has the socket open",
        unread,
      ],
    ] as const)
      assert.deepEqual(filterOf(listed, found), expected, `${listed} ${found}`);
  });

  it("don't include packet sockets that receive nothing", () => {
    assert.deepEqual(list({ sockets: [socket(5, { protocol: 0 })] }).listeners, []);
  });

  it("say whether a packet socket holds, and how it receives", () => {
    const held = { index: 1, count: 1, type: 1, address: new Uint8Array() };
    const ring = {
      blockSize: 4096,
      blocks: 1,
      frameSize: 0,
      frames: 0,
      timeout: 0,
      privateSize: 0,
      features: 0,
    };
    const { memberships: _, ...unlisted } = socket(7);
    const { listeners } = list({
      sockets: [socket(5, { memberships: [held], protocol: 0x806 }), socket(6), unlisted],
      tables: {
        packetSockets: new Map([
          [5, { filter: accepting, receiveRing: ring, fanout: { group: 3, mode: 9 } }],
        ]),
      },
    });
    assert.deepEqual(
      listeners.map((each) => each.kind === "packet-socket" && [each.holds, each.held, each.protocolName]),
      [
        [true, [1], "ARP"],
        [false, [], undefined],
        ["unknown", [], undefined],
      ],
    );
    const [first] = listeners;
    assert.equal(first?.kind, "packet-socket");
    assert.deepEqual(
      [first.ring, first.fanout],
      [
        { ...ring, version: "TPACKET_V3" },
        { group: 3, mode: 9 },
      ],
    );
    assert.deepEqual(
      [first.filter.kind === "classic" && first.filter.expression, first.processes],
      ["", [{ pid: 5 }]],
    );
  });

  it("name candidates for an AF_XDP socket if the kernel doesn't say whose it is", () => {
    const { listeners } = list({
      tables: {
        xdpQueues: [
          { index: 1, queue: 2 },
          { index: 1, queue: 3, inode: 9, uid: 0 },
        ],
      },
    });
    assert.deepEqual(
      listeners.map((each) => each.kind === "xdp-socket" && [each.ifname, each.candidates, each.processes]),
      [
        ["eth0", [{ pid: 7 }, { pid: 8 }], []],
        ["eth0", undefined, [{ pid: 9 }]],
      ],
    );
  });

  it("include each action of traffic control that passes packets on, and report those that aren't known", () => {
    const filter: TrafficFilter = {
      index: 1,
      direction: "ingress",
      parent: 0xffff0000,
      handle: 1,
      chain: 0,
      priority: 5,
      protocol: 3,
      kind: "bpf",
      program: { id: 4, name: "prog" },
      hasUnknownActions: true,
      actions: [
        { kind: "mirred", operation: "mirror", to: "egress", target: 77 },
        { kind: "mirred", operation: "redirect", to: "ingress" },
        { kind: "sample", group: 2, rate: 10 },
        { kind: "other", name: "odd\x1b" },
      ],
    };
    const { listeners, unseen } = list({ tables: { trafficFilters: [filter] } });
    assert.deepEqual(
      listeners.map((each) => [
        each.kind,
        each.ifname,
        each.direction,
        each.kind === "mirror" && each.target,
      ]),
      [
        ["tc-program", "eth0", "ingress", false],
        ["mirror", "eth0", "ingress", { ifindex: 77 }],
        ["mirror", "eth0", "ingress", {}],
        ["sample", "eth0", "ingress", false],
      ],
    );
    assert.deepEqual(
      unseen.map(({ what, why }) => [what, why]),
      [
        ["the actions of a filter of traffic control on eth0", "not-examined"],
        ['the action "odd\\u001b" of a filter of traffic control on eth0', "not-examined"],
      ],
    );
  });

  it("place rules of netfilter by the devices of their chain, or by the interface that they name", () => {
    const rule = (more: Partial<NetfilterListener>): NetfilterListener => ({
      by: "nftables",
      family: "netdev",
      table: "t",
      chain: "c",
      action: { kind: "dup", target: 2 },
      ...more,
    });
    const { listeners } = list({
      links: [link(1, "eth0"), link(2, "mon0")],
      tables: {
        rules: [
          rule({ hook: { name: "ingress", devices: ["eth0", "gone0"] } }),
          rule({ input: { name: "eth0" }, action: { kind: "fwd", isComputed: true } }),
          rule({ output: { index: 2 }, action: { kind: "nflog", group: 4 } }),
          rule({ input: { name: "eth", isPrefix: true }, action: { kind: "nfqueue" } }),
        ],
        readers: [
          { kind: "nflog", number: 4, portId: 1, inode: 21, copies: "packet", bytes: 100 },
          { kind: "nflog", number: 5, portId: 2, copies: "packet", bytes: 100 },
          { kind: "nfqueue", number: 4, portId: 3, inode: 23, copies: "packet", bytes: 100 },
        ],
      },
    });
    assert.deepEqual(
      listeners.map(({ kind, ifindex, ifname, direction, processes, ...each }) => [
        kind,
        ifindex,
        ifname,
        direction,
        processes.map(({ pid }) => pid),
        "rule" in each,
      ]),
      [
        ["mirror", 1, "eth0", "ingress", [], true],
        ["mirror", undefined, "gone0", "ingress", [], true],
        ["mirror", 1, "eth0", "ingress", [], true],
        ["nflog", 2, "mon0", "egress", [21], true],
        ["nfqueue", undefined, undefined, undefined, [], true],
        ["nflog", undefined, undefined, undefined, [], false],
        ["nfqueue", undefined, undefined, undefined, [23], false],
      ],
    );
  });

  it("place the readers of a tap device in its namespace, and in none if there are several such devices", () => {
    const links = [link(3, "tap0", { info: { kind: "tun" } }), link(4, "tap1")];
    const places = (namespaces: readonly number[], netns?: number) =>
      list({
        links,
        namespaces,
        facts: {
          taps: [
            { pid: 1, fd: 3, ifname: "tap0", ...(netns === undefined ? {} : { netns }) },
            { pid: 2, fd: 3, ifname: "tap0", ...(netns === undefined ? {} : { netns }) },
          ],
        },
      }).listeners.map(({ netns, ifindex, ifname, processes }) => [
        netns?.inode,
        ifindex,
        ifname,
        processes.length,
      ]);
    assert.deepEqual(places([10]), [[10, 3, "tap0", 2]]);
    assert.deepEqual(places([10, 11], 11), [[11, 3, "tap0", 2]]);
    assert.deepEqual(places([10, 11], 12), [[12, undefined, "tap0", 2]]);
    assert.deepEqual(places([10, 11]), [[undefined, undefined, "tap0", 2]]);
  });

  it("include programs of BPF links that no interface shows", () => {
    const { listeners } = list({
      facts: {
        bpfLinks: [
          { id: 1, programId: 5, attachment: { kind: "netfilter", family: 2, hook: 0, priority: -1 } },
          { id: 2, programId: 6, attachment: { kind: "netns", namespace: 10, at: "flow_dissector" } },
          { id: 3, programId: 7, attachment: { kind: "tcx", index: 1 } },
        ],
      },
    });
    assert.deepEqual(
      listeners.map(({ kind, netns }) => [kind, netns?.inode]),
      [
        ["netfilter-program", undefined],
        ["namespace-program", 10],
      ],
    );
  });
});

describe("what wasn't looked at", () => {
  const own = { inode: 1, names: [], own: true, processes: 1 };
  const other = { inode: 2, names: ["web"], own: false, processes: 1 };

  it("is listed once for all namespaces, without what was tried", () => {
    const list = new NotLookedAtList();
    const reason = "cannot read the rules: Operation not permitted (EPERM)";
    const rules = { what: "the rules", why: "privilege", reason, remedy: "sudo" } as const;
    list.add(rules, own);
    list.add(rules, other);
    list.add(rules, own);
    list.add({ ...rules, what: "others" });
    assert.deepEqual(list.entries(), [
      { ...rules, reason: "Operation not permitted (EPERM)", namespaces: [own, other] },
      { ...rules, what: "others", reason: "Operation not permitted (EPERM)" },
    ]);
  });

  it("on any machine is distinguished from what couldn't be looked at on this one", () => {
    assert.ok(neverLookedAt().every(({ why, namespaces }) => why === "never" && namespaces === undefined));
  });
});
