import assert from "node:assert/strict";
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { NetfilterListener } from "../../../src/linux/netfilter/netfilter-listener.js";
import { readNetfilterListeners } from "../../../src/linux/netfilter/read-listeners.js";
import { readNetfilterReaders } from "../../../src/linux/netfilter/readers.js";
import { isolate, noNamespaces, noOtherUsers, sh } from "../../support/network/namespace.js";
import { cable, indexOf } from "../../support/network/veth.js";
import { withoutPrivilege } from "../../support/process/as-nobody.js";
import { HoldingProcess, noTcpdump } from "../../support/process/holding-processes.js";
import { lacking } from "../../support/process/peer.js";

isolate();

/** Loads a ruleset, and returns what nft lists of each rule, by the rule's comment. */
function load(ruleset: string): Map<string, { handle: number; table: string; chain: string }> {
  writeFileSync("/run/rules", ruleset);
  sh("nft -f /run/rules");
  const { nftables } = JSON.parse(sh("nft -j list ruleset"));
  return new Map(
    nftables.flatMap(({ rule }: { rule?: { comment: string } }) => (rule ? [[rule.comment, rule]] : [])),
  );
}

function listeners(by: NetfilterListener["by"]): NetfilterListener[] {
  const { values, unseen } = readNetfilterListeners();
  assert.deepEqual(unseen, []);
  return values.filter((each) => each.by === by);
}

describe("rules of nftables", {
  skip: noNamespaces || lacking("ip", "nft", "iptables-nft", "ip6tables-nft"),
}, () => {
  cable("v0", "v1");

  it("are none in a namespace without any", () => {
    assert.deepEqual(readNetfilterListeners(), { values: [], unseen: [] });
  });

  it("that pass packets on are found, as nft lists them", () => {
    const rules = load(`
table netdev watch {
  chain in { type filter hook ingress devices = { v0, v1 } priority -5; policy accept;
    counter comment "only counts"
    dup to "v1" comment "copies"
    ip saddr 192.0.2.1 fwd to "v1" comment "forwards"
    dup to meta mark map { 1 : "v1" } comment "computes"
  }
  chain out { type filter hook egress device "v0" priority 3;
    log group 9 prefix "seen: " snaplen 64 comment "logs"
  }
}
table ip four {
  chain pre { type filter hook prerouting priority raw; jump other comment "jumps"
  }
  chain other {
    dup to 192.0.2.9 device "v1" comment "copies to a router"
    log prefix "to the kernel's log" comment "logs for the kernel"
  }
}
table ip6 six { chain post { type filter hook postrouting priority 0; dup to 2001:db8::9 comment "copies to 6"
}
}
table inet both { chain local { type filter hook input priority 0; log group 11 comment "logs packets"
}
}
table bridge switched { chain f { type filter hook forward priority 0; log group 7 comment "logs frames"
}
}
`);
    const target = indexOf("v1");
    // In the kernel's order.
    const ingress = { name: "ingress", priority: -5, devices: ["v1", "v0"] };
    const expected: Record<string, Partial<NetfilterListener>> = {
      copies: { family: "netdev", hook: ingress, action: { kind: "dup", target } },
      forwards: { family: "netdev", hook: ingress, action: { kind: "fwd", target } },
      computes: { family: "netdev", hook: ingress, action: { kind: "dup", isComputed: true } },
      logs: {
        family: "netdev",
        hook: { name: "egress", priority: 3, devices: ["v0"] },
        action: { kind: "nflog", group: 9, prefix: "seen: ", bytes: 64 },
      },
      "copies to a router": { family: "ip", action: { kind: "dup", target, gateway: "192.0.2.9" } },
      "copies to 6": {
        family: "ip6",
        hook: { name: "postrouting", priority: 0 },
        action: { kind: "dup", gateway: "2001:db8::9" },
      },
      "logs packets": {
        family: "inet",
        hook: { name: "input", priority: 0 },
        action: { kind: "nflog", group: 11 },
      },
      "logs frames": {
        family: "bridge",
        hook: { name: "forward", priority: 0 },
        action: { kind: "nflog", group: 7 },
      },
    };
    assert.deepEqual(
      listeners("nftables").map((each) => ({ ...each })),
      Object.entries(expected).map(([comment, each]) => {
        const rule = rules.get(comment);
        return {
          by: "nftables",
          table: rule?.table,
          chain: rule?.chain,
          handle: rule?.handle,
          comment,
          ...each,
        };
      }),
    );
    sh("nft flush ruleset");
  });

  it("are marked if their table is dormant", () => {
    load(`
table ip off { flags dormant; chain c { type filter hook input priority 0; log group 1
}
}
table ip on { chain c { type filter hook input priority 0; log group 2
}
}
`);
    assert.deepEqual(
      listeners("nftables").map(({ table, isDormant }) => [table, isDormant]),
      [
        ["off", true],
        ["on", undefined],
      ],
    );
    sh("nft flush ruleset");
  });

  it("are found if iptables-nft made them, with targets and comments of xtables", () => {
    sh("iptables-nft -t mangle -A PREROUTING -m comment --comment hidden -j TEE --gateway 192.0.2.7");
    sh("ip6tables-nft -A INPUT -j NFLOG --nflog-group 12 --nflog-prefix x");
    sh("iptables-nft -A FORWARD -j NFQUEUE --queue-balance 4:6");
    assert.deepEqual(
      listeners("nftables").map(({ family, table, chain, comment, action }) => [
        family,
        table,
        chain,
        comment,
        action,
      ]),
      [
        ["ip", "mangle", "PREROUTING", "hidden", { kind: "dup", gateway: "192.0.2.7" }],
        ["ip6", "filter", "INPUT", undefined, { kind: "nflog", group: 12, prefix: "x" }],
        ["ip", "filter", "FORWARD", undefined, { kind: "nfqueue", first: 4, last: 6 }],
      ],
    );
    sh("nft flush ruleset");
  });
});

describe("conditions on interfaces", {
  skip: noNamespaces || lacking("nft", "iptables-legacy", "ip6tables-legacy"),
}, () => {
  /** Returns the conditions of each rule, by its group. */
  const conditions = () =>
    readNetfilterListeners()
      .values.map(({ action, input, output }) => [action.kind === "nflog" && action.group, input, output])
      .sort();

  it("of nftables are found by name, prefix and index", () => {
    load(`
table inet conditions { chain c { type filter hook forward priority 0;
    iifname "v0" log group 1
    iifname != "v0" oifname "veth*" log group 2
    iif "v0" oif != "v1" log group 3
    iifname { "v0", "v1" } log group 4
    meta mark 1 log group 5
    iifname "a-name-of-15-by" log group 6
}
}`);
    assert.deepEqual(conditions(), [
      [1, { name: "v0" }, undefined],
      [2, { name: "v0", isExcluded: true }, { name: "veth", isPrefix: true }],
      [3, { index: indexOf("v0") }, { index: indexOf("v1"), isExcluded: true }],
      [4, undefined, undefined],
      [5, undefined, undefined],
      [6, { name: "a-name-of-15-by" }, undefined],
    ]);
    sh("nft flush ruleset");
  });

  it("of xtables are found by name and prefix", () => {
    sh("iptables-legacy -A FORWARD -i v0 -o veth+ -j NFLOG --nflog-group 1");
    sh("iptables-legacy -A FORWARD ! -i v0 -j NFLOG --nflog-group 2");
    sh("ip6tables-legacy -A FORWARD -i a-name-of-15-by ! -o v1 -j NFLOG --nflog-group 3");
    assert.deepEqual(conditions(), [
      [1, { name: "v0" }, { name: "veth", isPrefix: true }],
      [2, { name: "v0", isExcluded: true }, undefined],
      [3, { name: "a-name-of-15-by" }, { name: "v1", isExcluded: true }],
    ]);
    for (const command of ["iptables-legacy", "ip6tables-legacy"]) sh(`${command} -F FORWARD`);
  });
});

describe("rules of iptables-legacy", {
  skip: noNamespaces || lacking("iptables-legacy", "ip6tables-legacy"),
}, () => {
  const tables = () => [
    readFileSync("/proc/thread-self/net/ip_tables_names", "latin1"),
    readFileSync("/proc/thread-self/net/ip6_tables_names", "latin1"),
  ];

  it("aren't asked for in tables that don't exist, which would make them", () => {
    const before = tables();
    assert.deepEqual(listeners("iptables"), []);
    assert.deepEqual(tables(), before);
  });

  it("that pass packets on are found in built-in and other chains, with their numbers", () => {
    sh("iptables-legacy -t raw -A PREROUTING -j ACCEPT");
    sh(
      "iptables-legacy -t raw -A PREROUTING -m comment --comment copied -j NFLOG --nflog-group 5 --nflog-prefix p",
    );
    sh("iptables-legacy -t mangle -N mine");
    sh("iptables-legacy -t mangle -A mine -p tcp --dport 80 -j TEE --gateway 192.0.2.8 --oif v1");
    sh("iptables-legacy -t mangle -A FORWARD -j mine");
    sh("ip6tables-legacy -A OUTPUT -j NFQUEUE --queue-num 8 --queue-bypass");
    sh("ip6tables-legacy -A INPUT -j TEE --gateway 2001:db8::8");
    sh("ip6tables-legacy -A INPUT -j NFLOG --nflog-size 96");
    assert.deepEqual(
      listeners("iptables").sort((a, b) => (a.table < b.table ? -1 : 1)),
      [
        {
          by: "iptables",
          family: "ip",
          table: "mangle",
          chain: "mine",
          position: 1,
          action: { kind: "dup", targetName: "v1", gateway: "192.0.2.8" },
        },
        {
          by: "iptables",
          family: "ip",
          table: "raw",
          chain: "PREROUTING",
          hook: { name: "prerouting" },
          comment: "copied",
          position: 2,
          action: { kind: "nflog", group: 5, prefix: "p" },
        },
      ],
    );
    assert.deepEqual(
      listeners("ip6tables").map(({ chain, position, action }) => [chain, position, action]),
      [
        ["INPUT", 1, { kind: "dup", gateway: "2001:db8::8" }],
        ["INPUT", 2, { kind: "nflog", group: 0, bytes: 96 }],
        ["OUTPUT", 1, { kind: "nfqueue", first: 8, last: 8 }],
      ],
    );
  });
});

describe("readers of NFLOG groups and NFQUEUE queues", { skip: noNamespaces || noTcpdump }, () => {
  it("are none where no program has bound any", () =>
    assert.deepEqual(readNetfilterReaders(), { values: [], unseen: [] }));

  for (const [kind, number] of [
    ["nflog", 5],
    ["nfqueue", 7],
  ] as const)
    it(`are found with their socket, which the process has open: ${kind}`, async () => {
      await using tcpdump = await HoldingProcess.tcpdump("-i", `${kind}:${number}`);
      const { values, unseen } = readNetfilterReaders();
      assert.deepEqual(unseen, []);
      const [reader, ...more] = values;
      assert.deepEqual(more, []);
      assert.deepEqual([reader?.kind, reader?.number, reader?.copies], [kind, number, "packet"]);
      const open = readdirSync(`/proc/${tcpdump.pid}/fd`).map((fd) =>
        readlinkSync(`/proc/${tcpdump.pid}/fd/${fd}`),
      );
      assert.ok(open.includes(`socket:[${reader?.inode}]`), `${open}`);
    });
});

describe("netfilter without privilege", {
  skip: noOtherUsers || lacking("iptables-legacy", "arptables-legacy"),
}, () => {
  it("is reported as unseen", () => {
    sh("iptables-legacy -A INPUT -j ACCEPT");
    const { listeners, readers } = withoutPrivilege(() => ({
      listeners: readNetfilterListeners(),
      readers: readNetfilterReaders(),
    }));
    assert.deepEqual(listeners.values, []);
    assert.deepEqual(
      listeners.unseen.map(({ what, why }) => [what, why]),
      [
        ["the rules of nftables", "privilege"],
        ["the rules of iptables-legacy", "privilege"],
        ["the rules of ip6tables-legacy", "privilege"],
        ["the rules of arptables-legacy", "privilege"],
      ],
    );
    assert.deepEqual(readers.values, []);
    assert.deepEqual(
      readers.unseen.map(({ what, why, reason }) => [what, why, reason]),
      [
        ["the readers of NFLOG groups", "privilege", denied("the readers of NFLOG groups")],
        ["the readers of NFQUEUE queues", "privilege", denied("the readers of NFQUEUE queues")],
      ],
    );
  });

  it("isn't examined where arptables-legacy has rules", () => {
    sh("arptables-legacy -A INPUT -j ACCEPT");
    const { unseen } = readNetfilterListeners();
    assert.deepEqual(
      unseen.map(({ what, why }) => [what, why]),
      [["the rules of arptables-legacy", "not-examined"]],
    );
  });
});

function denied(what: string): string {
  return `cannot read ${what}: Permission denied (EACCES)`;
}
