import assert from "node:assert/strict";
import { closeSync, constants, existsSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { Holder } from "../../src/promiscuity/holders/holder.js";
import type { PromiscuityReport } from "../../src/promiscuity/holders/report.js";
import { ip, isolate, noNamespaces, noOtherUsers, sh } from "../support/network/namespace.js";
import { spawnSync } from "../support/process/child-process.js";
import { HoldingProcess, noTcpdump } from "../support/process/holding-processes.js";
import { lacking } from "../support/process/peer.js";
import { promisc } from "../support/process/program.js";

isolate();

/** Why a process can't have a login user here, or false: the kernel may know none. */
const noLogin = existsSync("/proc/self/loginuid") ? false : "this kernel knows no login users";

/** The lines below the administrator's flag. */
const KEEPS_NOTHING =
  "       promisc off clears it; the kernel doesn't keep who set it, or when: promisc watch shows both from now on";
const LOG_LINE = /^ {7}the kernel's log(?:: | can't be read: | has nothing about an interface v0 since )/;

/** Why this process can't read the kernel's log, or false. */
const noKernelLog = ((): string | false => {
  try {
    closeSync(openSync("/dev/kmsg", constants.O_RDONLY | constants.O_NONBLOCK));
    return false;
  } catch (error) {
    return `the kernel's log can't be read: ${(error as Error).message}`;
  }
})();

/** Returns the lines about who set the flag on an interface, and when. */
function originOf(name: string, options: Parameters<typeof promisc>[1] = {}): string[] {
  return promisc(["who", "--netns", "own", name], options).stdout.split("\n").slice(2, -1);
}

function report(...args: string[]): PromiscuityReport {
  return JSON.parse(promisc(["who", "--json", ...args]).stdout) as PromiscuityReport;
}

const hold = (name: string): Promise<HoldingProcess> =>
  HoldingProcess.python(`s = packet_socket()\nadd(s, "${name}", PROMISC)\nwait()`);

describe("promisc who", { skip: noNamespaces || lacking("ip", "python3") }, () => {
  sh("mkdir -p /run/netns");
  ip("link add v0 type veth peer name v1");
  ip("link set v0 up");
  ip("link set v1 up");
  ip("netns add web");
  ip("link add in-web type veth peer name w1");
  ip("link set in-web netns web");

  it("prints the count and one line per unit", async () => {
    ip("link set v0 promisc on");
    await using python = await hold("v0");
    const { stdout, status } = promisc(["who", "--netns", "own"]);
    assert.equal(status, 0);
    const [first, second, origin, log, third, ...rest] = stdout.split("\n");
    assert.deepEqual([first, second, rest], ["v0: count 2", "    1  the administrator's flag", [""]]);
    assert.equal(origin, KEEPS_NOTHING);
    assert.match(log ?? "", LOG_LINE);
    assert.match(
      third ?? "",
      new RegExp(
        `^    1  \\S*python3 -u -c .*\\(pid ${python.pid}, user root, parent \\S+\\[${process.pid}\\], since 20`,
      ),
    );
    ip("link set v0 promisc off");
  });

  it("names the user, who logged in, and the parent", { skip: noOtherUsers || noLogin }, async () => {
    const parent =
      "import ctypes, os, sys; ctypes.CDLL(None).prctl(15, b'sudo\\x1b]0;'); os.spawnv(0, sys.argv[1], sys.argv[1:])";
    const login = "echo 61234 >/proc/self/loginuid && exec python3 -u -c";
    const program = [
      "import ctypes, os, socket, struct, time",
      "s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)",
      's.setsockopt(263, 1, struct.pack("iHH8s", socket.if_nametoindex("v0"), 1, 0, b""))',
      "os.setuid(65534)",
      "ctypes.CDLL(None).prctl(1, 9)",
      'print("ready", flush=True)',
      "time.sleep(60)",
    ].join("\n");
    const shell = `${login} '${program}'`;
    await using sudo = await HoldingProcess.start("python3", ["-c", parent, "/bin/sh", "-c", shell], "ready");
    const { stdout } = promisc(["who", "--netns", "own"]);
    assert.match(
      stdout.replaceAll("\n", " "),
      new RegExp(
        `\\(pid \\d+, user nobody, login uid 61234, parent sudo\\\\x1b]0;\\[${sudo.pid}\\], since 20`,
      ),
    );
    const [holder] = report("v0", "--netns", "own").interfaces[0]?.holders ?? [];
    assert.equal(holder?.kind, "socket");
    const { processes } = JSON.parse(JSON.stringify(holder)) as {
      processes: Record<string, unknown>[];
    };
    const [child] = processes;
    const stat = readFileSync(`/proc/${child?.["pid"]}/stat`, "latin1").split(") ")[1]?.split(" ") ?? [];
    assert.deepEqual(
      [child?.["uid"], child?.["user"], child?.["login_uid"], child?.["login_user"], child?.["start_ticks"]],
      [65534, "nobody", 61234, undefined, Number(stat[19])],
    );
    const parentFacts = child?.["parent"] as Record<string, unknown>;
    assert.deepEqual([parentFacts["pid"], parentFacts["comm"]], [sudo.pid, "sudo\x1b]0;"]);
    assert.match(String(parentFacts["started"]), /^20.*\.\d\dZ$/);
  });

  it("gives the start of a process alike whenever it is asked", async () => {
    await using _python = await hold("v0");
    const starts = Array.from({ length: 5 }, () => {
      const [holder] = report("v0", "--netns", "own").interfaces[0]?.holders ?? [];
      return holder?.kind === "socket" ? holder.processes[0]?.started : undefined;
    });
    assert.equal(new Set(starts).size, 1);
    assert.match(starts[0] ?? "", /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\dZ$/);
  });

  it("says below the flag what the kernel's log has about such an interface", { skip: noKernelLog }, () => {
    // No other machine, test or run has interfaces of this name.
    const name = `klog${process.pid}`;
    ip(`link add ${name} type veth peer name ${name}p`);
    const time = "(20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ)";
    const begin = `       the kernel's log: an interface ${name}, in some namespace and for some holder, entered promiscuous mode about`;
    ip(`link set ${name} promisc on`);
    const [keeps, log, ...rest] = originOf(name);
    assert.deepEqual([keeps, rest], [KEEPS_NOTHING, []]);
    const entered = new RegExp(`^${begin} ${time}$`).exec(log ?? "")?.[1];
    assert.ok(Math.abs(Date.parse(entered ?? "") - Date.now()) < 3_600_000, log);
    const [holder] = report(name, "--netns", "own").interfaces[0]?.holders ?? [];
    assert.equal(holder?.kind, "flag");
    assert.deepEqual(holder.log?.records, [{ time: entered, entered: true }]);
    assert.match(holder.log?.since ?? "", new RegExp(`^${time}$`));

    // As if an interface of this name in another namespace had left the mode meanwhile.
    ip(`netns add ${name}`);
    ip(`-n ${name} link add ${name} type veth peer name other`);
    ip(`-n ${name} link set ${name} promisc on`);
    ip(`-n ${name} link set ${name} promisc off`);
    assert.match(originOf(name)[1] ?? "", new RegExp(`^${begin} ${time}, and left it about ${time}$`));
    ip(`netns del ${name}`);
    ip(`link del ${name}`);
  });

  it("says why the kernel's log can't be read, or that it has nothing", {
    skip: noOtherUsers || !existsSync("/dev/kmsg"),
  }, () => {
    ip("link set v0 promisc on");
    sh("mount --bind /dev/null /dev/kmsg");
    assert.deepEqual(originOf("v0"), [KEEPS_NOTHING, "       the kernel's log is empty"]);
    sh("umount /dev/kmsg");
    writeFileSync("/run/kmsg", "", { mode: 0 });
    sh("mount --bind /run/kmsg /dev/kmsg");
    const nobody = { wrapper: ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] };
    assert.deepEqual(originOf("v0", nobody), [
      KEEPS_NOTHING,
      "       the kernel's log can't be read: Permission denied (EACCES); it needs CAP_SYSLOG, as root has",
    ]);
    const text = "6,7,1000000,-;v1: entered promiscuous mode\n";
    writeFileSync("/run/kmsg", text);
    assert.match(
      originOf("v0")[1] ?? "",
      /^ {7}the kernel's log has nothing about an interface v0 since 20\S+Z$/,
    );
    sh("umount /dev/kmsg");
    ip("link set v0 promisc off");
  });

  it("prints on standard error that nothing is promiscuous", () => {
    const { stdout, stderr } = promisc(["who", "--netns", "own"]);
    assert.equal(stdout, "");
    assert.match(stderr, /^no interface is promiscuous(?:, as far as can be seen)?\n/);
  });

  it("shows a named interface whatever its state", () => {
    assert.equal(promisc(["who", "--netns", "own", "v0"]).stdout, "v0: count 0\n");
  });

  it("finds interfaces in other namespaces by the namespace's name or a process in it", async () => {
    ip("-n web link set in-web promisc on");
    const [head, flag] = promisc(["who", "--netns", "web"]).stdout.split("\n");
    assert.deepEqual([head, flag], ["in-web in web: count 1", "    1  the administrator's flag"]);
    await using inside = await HoldingProcess.start(
      "ip",
      ["netns", "exec", "web", "sh", "-c", "echo ready; exec sleep 60"],
      "ready",
    );
    assert.deepEqual(
      report("--netns", String(inside.pid)).interfaces.map(({ ifname }) => ifname),
      ["in-web"],
    );
    assert.ok(report().interfaces.some(({ ifname }) => ifname === "in-web"));
    ip("-n web link set in-web promisc off");
  });

  it("refuses a namespace or an interface that doesn't exist", () => {
    const noNamespace = promisc(["who", "--netns", "nosuch"]);
    assert.equal(noNamespace.status, 2);
    assert.match(noNamespace.stderr, /^promisc: cannot look at network namespace "nosuch": .*\ngive own, /);
    const noInterface = promisc(["who", "nosuch"]);
    assert.equal(noInterface.status, 4);
    assert.match(noInterface.stderr, /^promisc: cannot say who holds nosuch: /);
  });

  it("lists sockets that capture without holding with --all", { skip: noTcpdump }, async () => {
    await using tcpdump = await HoldingProcess.tcpdump("-p", "-i", "v0");
    assert.equal(promisc(["who", "--netns", "own"]).stdout, "");
    const { stdout } = promisc(["who", "--netns", "own", "--all"]);
    const [heading, listener] = stdout.split("\n");
    assert.equal(heading, "v0: count 0");
    assert.match(
      listener ?? "",
      new RegExp(`^    -  packet socket, TPACKET_V3 ring: tcpdump .*\\(pid ${tcpdump.pid}, `),
    );
    const [capturing] = report("--netns", "own", "--all").capturing;
    assert.equal(capturing?.ifname, "v0");
  });

  it("names the processes that ss names for each packet socket", {
    skip: noTcpdump || lacking("ss"),
  }, async () => {
    await using _holding = await HoldingProcess.tcpdump("-i", "v0");
    await using _capturing = await HoldingProcess.tcpdump("-p", "-i", "v1");
    const theirs = new Map(
      [...sh("ss -0 -a -p -e -H").matchAll(/users:\(\("[^"]*",pid=(\d+).*ino:(\d+)/g)].map((match) => [
        Number(match[2]),
        Number(match[1]),
      ]),
    );
    assert.equal(theirs.size, 2);
    const { interfaces, capturing } = report("--netns", "own", "--all");
    const sockets = interfaces.flatMap(({ holders }) => holders.filter((holder) => holder.kind === "socket"));
    const ours = new Map(
      [...sockets, ...capturing].map(({ socket, processes }) => [socket.inode, processes[0]?.pid]),
    );
    assert.deepEqual(ours, theirs);
  });

  it("reports as hidden what the user may not read, with a remedy", {
    skip: noOtherUsers || lacking("setpriv"),
  }, async () => {
    await using _python = await hold("v0");
    const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const { stdout } = promisc(["who", "--json", "v0"], { wrapper: nobody });
    const { interfaces, hidden } = JSON.parse(stdout) as PromiscuityReport;
    const holders = interfaces[0]?.holders ?? [];
    assert.deepEqual(
      holders.map(({ kind, units }: Holder) => [kind, units]),
      [["hidden", 1]],
    );
    assert.match(hidden?.remedy ?? "", /sudo/);
    const text = promisc(["who", "v0"], { wrapper: nobody });
    assert.match(text.stdout, /^ {4}1 {2}hidden: something that this user may not see$/m);
    assert.match(text.stderr, /^not everything can be seen: .*: run it with sudo\n$/);
  });

  it("names a holder that the table and promisc show name too", async () => {
    await using python = await hold("v0");
    assert.match(promisc([]).stdout, new RegExp(`^v0 .*\\n  held by python3\\[${python.pid}\\]$`, "m"));
    assert.match(
      promisc(["show", "v0"]).stdout,
      new RegExp(`^ +held by +\\S*python3 .*pid ${python.pid},`, "m"),
    );
    const { interfaces } = JSON.parse(promisc(["show", "v0", "--json"]).stdout) as PromiscuityReport;
    assert.equal(interfaces[0]?.holders.length, 1);
  });

  it("reads the same facts about processes as /proc and ps", { skip: lacking("ps") }, async () => {
    await using python = await hold("v0");
    const [holder] = report("v0", "--netns", "own").interfaces[0]?.holders ?? [];
    assert.equal(holder?.kind, "socket");
    const [process] = holder.processes;
    const cgroup = readFileSync(`/proc/${python.pid}/cgroup`, "utf8");
    assert.ok(cgroup.includes(process?.cgroup ?? "nothing"));
    const seconds = Number(
      spawnSync("ps", ["-o", "etimes=", "-p", String(python.pid)], { encoding: "utf8" }).stdout,
    );
    const age = (Date.now() - Date.parse(process?.started ?? "")) / 1000;
    assert.ok(Math.abs(age - seconds) < 2, `${age} s and ${seconds} s`);
  });
});
