import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ip, isolate, noNamespaces, sh } from "../support/network/namespace.js";
import { lacking } from "../support/process/peer.js";
import { promisc, Running } from "../support/process/program.js";

isolate();

interface Result {
  ifname: string;
  before: { promiscuity: number; promisc_flag: boolean };
  after: { promiscuity: number; promisc_flag: boolean; promiscuous: boolean };
  error?: { code: string; errno?: string };
}

function set(...args: string[]): { status: number | null; stderr: string; interfaces: Result[] } {
  const { status, stdout, stderr } = promisc([...args, "--json"]);
  return { status, stderr, interfaces: (JSON.parse(stdout) as { interfaces: Result[] }).interfaces };
}

/** Returns all flags but PROMISC, as ip prints them. */
const otherFlags = (): string => ip("link show v0").replace(",PROMISC", "").split(" mtu")[0] as string;

describe("promisc on and off", { skip: noNamespaces || lacking("ip") }, () => {
  ip("link add v0 type veth peer name v1");
  ip("link add w0 type veth peer name w1");

  for (const via of ["netlink", "ioctl"])
    it(`leave all other flags unchanged via ${via}`, () => {
      for (const others of ["up", "allmulticast on", "multicast off", "arp off", "dynamic on", "down"]) {
        ip(`link set v0 ${others}`);
        const before = otherFlags();
        assert.equal(promisc(["on", "v0", "--via", via]).status, 0);
        assert.match(ip("link show v0"), /PROMISC/);
        assert.equal(otherFlags(), before);
        assert.equal(promisc(["off", "v0", "--via", via]).status, 0);
        assert.doesNotMatch(ip("link show v0"), /PROMISC/);
        assert.equal(otherFlags(), before);
      }
    });

  it("clear the flag that ip set, and set the flag that ip clears", () => {
    ip("link set v0 promisc on");
    promisc(["off", "v0"]);
    assert.doesNotMatch(ip("link show v0"), /PROMISC/);
    promisc(["on", "v0"]);
    ip("link set v0 promisc off");
    assert.equal((JSON.parse(ip("-j -d link show v0")) as { promiscuity: number }[])[0]?.promiscuity, 0);
  });

  it("work together with ifconfig in both directions", { skip: lacking("ifconfig") }, () => {
    sh("ifconfig v0 promisc");
    assert.deepEqual(set("off", "v0", "--via", "ioctl").interfaces[0]?.before.promisc_flag, true);
    promisc(["on", "v0", "--via", "ioctl"]);
    assert.match(sh("ifconfig v0"), /PROMISC/);
    sh("ifconfig v0 -promisc");
    assert.deepEqual(set("off", "v0").interfaces[0]?.before.promisc_flag, false);
  });

  it("make the documented system calls", { skip: lacking("strace") }, () => {
    const calls = (via: string): string =>
      promisc(["on", "v0", "--via", via], {
        wrapper: ["strace", "-f", "-qq", "-e", "trace=ioctl,sendto", "-e", "signal=none"],
      }).stderr;
    const byIoctl = calls("ioctl");
    assert.match(byIoctl, /SIOCGIFFLAGS, {ifr_name="v0"/);
    assert.match(byIoctl, /SIOCSIFFLAGS, {ifr_name="v0", ifr_flags=.*IFF_PROMISC/);
    const byNetlink = calls("netlink");
    assert.match(byNetlink, /RTM_NEWLINK.*IFF_PROMISC/);
    assert.doesNotMatch(byNetlink, /SIOCSIFFLAGS/);
    promisc(["off", "v0"]);
  });

  it("print the state before and after", () => {
    assert.equal(promisc(["on", "v0"]).stdout, "v0: promiscuous: flag off -> on, count 0 -> 1\n");
    assert.equal(promisc(["on", "v0"]).stdout, "v0: promiscuous: flag on -> on, count 1 -> 1\n");
    assert.equal(promisc(["off", "v0"]).stdout, "v0: not promiscuous: flag on -> off, count 1 -> 0\n");
  });

  it("print that others keep the interface promiscuous, with the count", async () => {
    ip("link set v0 promisc on");
    await using first = new Running(["hold", "v0"]);
    await first.says("held");
    assert.equal(
      promisc(["off", "v0"]).stdout,
      `v0: promiscuous: flag on -> off, count 2 -> 1: 1 other holder keeps it promiscuous: node[${first.process.pid}]\n`,
    );
    await using second = new Running(["hold", "v0"]);
    await second.says("held");
    const { status, interfaces } = set("off", "v0");
    assert.equal(status, 0);
    assert.deepEqual([interfaces[0]?.after.promiscuous, interfaces[0]?.after.promiscuity], [true, 2]);
  });

  it("try each of several interfaces, report each failure, and exit with the first one's status", () => {
    const { status, stderr, interfaces } = set("on", "nosuch", "v0", "a/b", "w0");
    assert.equal(status, 4);
    assert.deepEqual(
      interfaces.map(({ ifname, after, error }) => [ifname, after?.promisc_flag ?? error?.code]),
      [
        ["nosuch", "no-interface"],
        ["v0", true],
        ["a/b", "usage"],
        ["w0", true],
      ],
    );
    assert.equal(stderr.match(/^promisc: cannot set promiscuous mode on /gm)?.length, 2);
    assert.equal(promisc(["off", "v0", "w0"]).status, 0);
  });
});
