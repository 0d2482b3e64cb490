import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { describeReleases } from "../../../src/cli/format/release.js";
import type { ProcessDetails } from "../../../src/linux/process/process-details.js";
import type { DeviceFacts, Holder } from "../../../src/promiscuity/holders/holder.js";

const HERE = 1;

function socket(...processes: ProcessDetails[]): Holder {
  return { kind: "socket", units: 1, socket: { inode: 77 }, processes };
}

function device(ifname: string, infoKind: string, more: Partial<DeviceFacts> = {}): Holder {
  return {
    kind: "device",
    units: 1,
    device: { ifindex: 9, ifname, infoKind, netns: HERE, ...more },
    relation: "its master",
  };
}

const tcpdump: ProcessDetails = { pid: 4711, comm: "tcpdump", args: ["tcpdump"] };
const systemd = { pid: 1, comm: "systemd" };
const suricata: ProcessDetails = {
  pid: 5,
  comm: "suricata",
  args: ["suricata"],
  unit: "suricata.service",
  parent: systemd,
};

const addresses = { kind: "unicast-addresses", units: 1, addresses: ["02:00:00:00:00:05"] } as const;
const macvlan: DeviceFacts = { ifindex: 9, ifname: "m0", infoKind: "macvlan", netns: 2 };

describe("how to release an interface", () => {
  for (const [what, holder, line] of [
    ["a process", socket(tcpdump), "tcpdump[4711] keeps it until it ends: kill 4711"],
    [
      "processes that share a socket",
      socket(tcpdump, { ...tcpdump, pid: 4712 }),
      "tcpdump[4711]+tcpdump[4712] keep it until all of them end: kill 4711 4712",
    ],
    ["a service", socket(suricata), "suricata[5] keeps it until it ends: systemctl stop suricata.service"],
    [
      "a service with a name that the shell would change",
      socket({ ...suricata, unit: "a\\x2db'$(reboot).service" }),
      "suricata[5] keeps it until it ends: systemctl stop 'a\\x2db'\\''$(reboot).service'",
    ],
    [
      "a process in a shell of the SSH service",
      socket({ ...tcpdump, unit: "ssh.service", parent: { pid: 4000, comm: "bash" } }),
      "tcpdump[4711] keeps it until it ends: kill 4711",
    ],
    [
      "a service of a user's systemd",
      socket({ ...tcpdump, unit: "user@1000.service", userUnit: "x.service", parent: systemd }),
      "tcpdump[4711] keeps it until it ends: kill 4711",
    ],
    [
      "a process that left its session's scope",
      socket({ ...tcpdump, unit: "session-3.scope", parent: systemd }),
      "tcpdump[4711] keeps it until it ends: kill 4711",
    ],
    [
      "a process in another PID namespace",
      socket({ comm: "tcpdump" }),
      "tcpdump[?] keeps it until it ends: end it in the PID namespace that it is in, which can't be seen from this one",
    ],
    [
      "a socket without a process",
      socket(),
      "socket 77 keeps it until it is closed: no process that can be seen has it open; promisc who as root, in the initial PID namespace, shows which one does",
    ],
    [
      "a bridge",
      device("br0", "bridge"),
      "br0 keeps it while eth0 is its port: ip link set dev eth0 nomaster",
    ],
    [
      "another master",
      device("x0", "unknown"),
      "x0 keeps it while eth0 is its port: ip link set dev eth0 nomaster",
    ],
    [
      "Open vSwitch",
      device("ovs-system", "openvswitch"),
      "ovs-system keeps it while eth0 is its port: ovs-vsctl del-port eth0",
    ],
    ["HSR", device("hsr0", "hsr"), "hsr0 keeps it while eth0 is its port: ip link delete dev hsr0"],
    ["a bond", device("bond0", "bond"), "bond0 keeps it while it is promiscuous itself: promisc who bond0"],
    [
      "a VLAN",
      device("eth0.5", "vlan"),
      "eth0.5 keeps it while it is up and promiscuous itself: promisc who eth0.5, or ip link set dev eth0.5 down",
    ],
    [
      "a passthru macvlan in another namespace",
      device("m0", "macvlan", { mode: "passthru", netns: 2 }),
      "m0 in net:[2] keeps it while it is up: ip link set dev m0 down, there",
    ],
    [
      "addresses of a device",
      { ...addresses, devices: [macvlan], sockets: [] },
      "addresses of m0 in net:[2] keep it while it is up: ip link set dev m0 down, there",
    ],
    [
      "an address of a socket",
      { ...addresses, devices: [], sockets: [{ inode: 77 }] },
      "an address of socket 77 keeps it until its process ends: promisc who --all",
    ],
    [
      "an address",
      { ...addresses, devices: [], sockets: [] },
      "the secondary address 02:00:00:00:00:05 keeps it: bridge fdb del 02:00:00:00:00:05 dev eth0 self",
    ],
    [
      "a hidden holder",
      { kind: "hidden", units: 1, reason: "processes hide their sockets", remedy: "run it with sudo" },
      "a hidden holder keeps it: processes hide their sockets: run it with sudo",
    ],
    [
      "an unexplained unit",
      { kind: "unexplained", units: 1, reason: "nothing explains it", candidates: [] },
      "nothing explains it: promisc watch eth0 shows when it goes",
    ],
    [
      "an unexplained unit with a candidate",
      { kind: "unexplained", units: 1, reason: "one of them", candidates: [socket(tcpdump)] },
      "perhaps tcpdump[4711] keeps it until it ends: kill 4711",
    ],
  ] as const satisfies [string, Holder, string][])
    it(`is said for ${what}`, () => assert.deepEqual(describeReleases([holder], "eth0", HERE), [line]));

  it("is said for at most five holders", () => {
    const lines = describeReleases(Array(7).fill(socket(tcpdump)), "e$th", HERE);
    assert.deepEqual([lines.length, lines[5]], [6, "and 2 more: promisc who 'e$th'"]);
  });
});
