import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { type GoldenProgram, goldenPrograms, readProgram } from "../support/filter/golden-programs.js";
import { ip, isolate, noNamespaces, noOtherUsers, sh } from "../support/network/namespace.js";
import { HoldingProcess } from "../support/process/holding-processes.js";
import { lacking, missing } from "../support/process/peer.js";
import { promisc } from "../support/process/program.js";

isolate();

/** A program that a machine runs anyway, and that has a packet socket with a filter. */
interface Daemon {
  /** How its name begins in /proc/PID/comm. */
  readonly comm: string;
  readonly skip: string | false;
  /** The command that runs it for an interface. */
  readonly command: (ifname: string) => readonly string[];
  /** What it prints when it has its sockets. */
  readonly ready: string;
  /** The golden programs that its filters are, by their source; those with addresses of the machine have no name here. */
  readonly filters: readonly string[];
}

/** `npm test` doesn't install these, because Debian's packages start them. */
const notInstalled = (path: string): string | false =>
  missing(path) && `${missing(path)}, which npm test doesn't install because its package starts it`;

const networkd = "/lib/systemd/systemd-networkd";

const daemons: readonly Daemon[] = [
  {
    comm: "dhclient",
    skip: lacking("dhclient"),
    command: (ifname) => [
      "dhclient",
      "-d",
      "-sf",
      "/bin/true",
      "-lf",
      "/run/leases",
      "-pf",
      "/run/pid",
      ifname,
    ],
    ready: "Sending on",
    filters: ["dhclient"],
  },
  {
    comm: "dhcpcd",
    skip: lacking("dhcpcd"),
    command: (ifname) => ["dhcpcd", "-B", "-d", "-4", "--nodelay", "-c", "/bin/true", ifname],
    ready: "spawned BPF BOOTP",
    filters: ["dhcpcd .*, the socket for DHCP"],
  },
  {
    comm: "lldpd",
    skip: notInstalled("/usr/sbin/lldpd"),
    command: (ifname) => [
      "/usr/sbin/lldpd",
      "-d",
      "-I",
      ifname,
      "-u",
      "/run/lldpd.socket",
      "-L",
      "/bin/true",
    ],
    ready: "libevent",
    filters: ["lldpd"],
  },
  {
    comm: "wpa_supplicant",
    skip: notInstalled("/usr/sbin/wpa_supplicant"),
    command: (ifname) => ["/usr/sbin/wpa_supplicant", "-D", "wired", "-i", ifname, "-c", "/run/wpa.conf"],
    ready: "Associated with",
    filters: ["wpa_supplicant"],
  },
  {
    comm: "systemd-network",
    skip: lacking(networkd),
    command: () => ["env", "SYSTEMD_LOG_LEVEL=debug", "SYSTEMD_LOG_TARGET=console", networkd],
    ready: "DISCOVER",
    filters: ["systemd-networkd of .* LLDP"],
  },
];

/** Prepares what the programs expect to find. */
function prepare(ifname: string): void {
  for (const folder of ["/run/lldpd", "/run/systemd/network", "/run/systemd/netif"])
    mkdirSync(folder, { recursive: true });
  // Without udev, which systemd recognises by it, interfaces are used at once.
  sh("mount -o remount,bind,ro /sys");
  for (const folder of ["/var/lib/dhcpcd", "/var/lib/lldpd"])
    if (existsSync(folder)) sh(`mount -t tmpfs tmpfs ${folder}`);
  const wired = 'network={\nkey_mgmt=IEEE8021X\neap=MD5\nidentity="a"\npassword="b"\n}';
  writeFileSync("/run/wpa.conf", `ap_scan=0\n${wired}\n`);
  const settings = "DHCP=ipv4\nLLDP=yes\nLinkLocalAddressing=ipv4";
  writeFileSync("/run/systemd/network/test.network", `[Match]\nName=${ifname}\n[Network]\n${settings}\n`);
}

interface Listed {
  readonly kind: string;
  readonly ifname?: string;
  readonly netns?: { readonly own?: boolean };
  /** A process that ended meanwhile has no name. */
  readonly processes: { readonly comm?: string }[];
  readonly filter: { readonly kind: string; readonly program?: unknown; readonly magic?: string[] };
}

/** Returns the packet sockets with a filter of a program's processes. */
function socketsOf(comm: string): Listed[] {
  const { status, stdout, stderr } = promisc(["who", "--all", "--json"]);
  assert.equal(status, 0, stderr);
  return (JSON.parse(stdout) as { listeners: Listed[] }).listeners.filter(
    ({ kind, netns, processes, filter }) =>
      kind === "packet-socket" &&
      netns?.own &&
      filter.kind === "classic" &&
      processes.some((each) => each.comm?.startsWith(comm)),
  );
}

function golden(source: string): GoldenProgram {
  const found = goldenPrograms.find((each) => new RegExp(`^${source}`).test(each.source));
  assert.ok(found, source);
  return found;
}

describe("promisc who --all shows the filter, and nothing to point out in it, of", {
  skip: noNamespaces || noOtherUsers || lacking("ip", "unshare", "sh", "mount"),
}, () => {
  ip("link add d0 type veth peer name d1");
  ip("link set d0 up");
  ip("link set d1 up");
  prepare("d0");

  for (const { comm, skip, command, ready, filters } of daemons)
    it(comm, { skip, timeout: 30_000 }, async (t) => {
      // All processes of a PID namespace end with its first one. The daemons themselves outlive their parents, because a
      // process that becomes another user loses its PR_SET_PDEATHSIG (prctl(2)).
      const alone = ["--fork", "--pid", "--kill-child", "sh", "-c", '"$@"; exit', "sh", ...command("d0")];
      await using daemon = await HoldingProcess.start("unshare", alone, ready);
      assert.ok(daemon.pid);
      const wanted = filters.map((source) => JSON.stringify(readProgram(golden(source).program)));
      for (;;) {
        t.signal.throwIfAborted();
        const sockets = socketsOf(comm);
        for (const { ifname, filter } of sockets) assert.deepEqual([ifname, filter.magic], ["d0", []]);
        const programs = sockets.map(({ filter }) => JSON.stringify(filter.program));
        if (wanted.every((each) => programs.includes(each))) break;
        // Some attach their filters after they have printed all there is to wait for.
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    });
});
