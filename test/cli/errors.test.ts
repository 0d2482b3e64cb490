import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { libpcap } from "../../src/linux/facility/libpcap.js";
import { ip, isolate, noNamespaces, noOtherUsers } from "../support/network/namespace.js";
import { lacking } from "../support/process/peer.js";
import { type Outcome, promisc } from "../support/process/program.js";

isolate();

const noLibpcap = libpcap().available !== true && "libpcap is not installed";

/** Runs promisc as a user without any capability. Root's permissions on files don't matter in these tests. */
const unprivileged = { wrapper: ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] };

/**
 * Asserts that the output is one line with what was asked and what was wrong, one line with a remedy, and nothing on
 * standard output.
 */
function fails(outcome: Outcome, status: number, message: string, remedy: RegExp): void {
  const [first, second, ...rest] = outcome.stderr.split("\n");
  assert.equal(first, `promisc: ${message}`);
  assert.match(second ?? "", remedy);
  assert.deepEqual(rest, [""]);
  assert.equal(outcome.stdout, "");
  assert.equal(outcome.status, status);
}

describe("error messages", { skip: noNamespaces || lacking("ip", "setpriv") }, () => {
  ip("link add v0 type veth peer name v1");
  ip("link set v0 up");

  for (const command of [
    ["show"],
    ["show", "--json"],
    ["who", "v1"],
    ["doctor"],
    ["off", "v1"],
    ["--help"],
    ["--version"],
  ])
    it(`${command.join(" ")} reports that standard output is full`, () => {
      const full = openSync("/dev/full", "w");
      const { status, stderr } = promisc(command, { stdio: ["ignore", full, "pipe"] });
      closeSync(full);
      assert.equal(stderr, "promisc: cannot write to standard output: No space left on device (ENOSPC)\n");
      assert.equal(status, 5);
    });

  it("an unknown option is printed without control characters", () => {
    const { stderr, status } = promisc(["show", "--\x1b]0;x\x07\u009b"]);
    assert.equal(
      stderr,
      "promisc: unknown option '--\\x1b]0;x\\x07\\x9b'\npromisc show --help shows how it is used\n",
    );
    assert.equal(status, 2);
  });

  const ways: [string[], string][] = [
    [["show"], "show "],
    [["on"], "set promiscuous mode on "],
    [["off"], "clear promiscuous mode on "],
    [["on", "--via", "ioctl"], "set promiscuous mode on "],
    [["hold"], "hold "],
  ];
  const suffix = (command: string[]): string => (command[0] === "hold" ? " promiscuous" : "");

  for (const [command, asked] of ways) {
    const way = command.join(" ");
    it(`${way} reports an interface that doesn't exist`, () =>
      fails(
        promisc([...command, "nosuch"]),
        4,
        `cannot ${asked}nosuch${suffix(command)}: No such device (ENODEV)`,
        /promisc lists those that do/,
      ));

    it(`${way} refuses a name of more than 15 bytes`, () =>
      fails(
        promisc([...command, "sixteen-bytes-is"]),
        2,
        `cannot ${asked}sixteen-bytes-is${suffix(command)}: the interface name has 16 bytes, at most 15 fit, and no alternative name is like it`,
        /alternative names/,
      ));

    it(`${way} refuses a name of more than 127 bytes, which is too long for an alternative name`, () =>
      fails(
        promisc([...command, "x".repeat(128)]),
        2,
        `cannot ${asked}${"x".repeat(128)}${suffix(command)}: the interface name has 128 bytes; a name has at most 15, an alternative name 127`,
        /promisc lists/,
      ));

    it(`${way} refuses an empty name`, () =>
      fails(
        promisc([...command, ""]),
        2,
        `cannot ${asked}""${suffix(command)}: the interface name is empty`,
        /promisc lists/,
      ));

    for (const [name, shown, at] of [
      ["a/b", '"a/b"', '"/"'],
      ["a b", '"a b"', '" "'],
      ["a\tb", '"a\\tb"', '"\\t"'],
      ["a:b", '"a:b"', '":"'],
    ])
      it(`${way} refuses a name with ${at}`, () =>
        fails(
          promisc([...command, name as string]),
          2,
          `cannot ${asked}${name === "a/b" || name === "a:b" ? name : shown}${suffix(command)}: ${shown} can't be an interface name: it contains ${at}`,
          /promisc lists/,
        ));
  }

  for (const [command, asked, capability] of [
    [["on", "v0"], "set promiscuous mode on v0", "CAP_NET_ADMIN"],
    [["off", "v0"], "clear promiscuous mode on v0", "CAP_NET_ADMIN"],
    [["on", "v0", "--via", "ioctl"], "set promiscuous mode on v0", "CAP_NET_ADMIN"],
    [["hold", "v0"], "hold v0 promiscuous", "CAP_NET_RAW"],
    [["run", "v0", "--", "true"], "hold v0 promiscuous", "CAP_NET_RAW"],
  ] as const)
    it(`${command.join(" ")} reports a missing privilege`, () => {
      fails(
        promisc([...command], unprivileged),
        3,
        `cannot ${asked}: Operation not permitted (EPERM)`,
        new RegExp(
          `^needs ${capability} in this network namespace: in a container, start that with --cap-add ${capability.slice(4)}, or see promisc doctor`,
        ),
      );
      assert.doesNotMatch(ip("-d link show v0"), /PROMISC|promiscuity [1-9]/);
    });

  it("advises sudo to users, and root of a user namespace to leave that", () => {
    const asked = "cannot set promiscuous mode on v0: Operation not permitted (EPERM)";
    const nobody = { wrapper: ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] };
    if (!noOtherUsers) fails(promisc(["on", "v0"], nobody), 3, asked, /: run it with sudo, or see promisc/);
    const inside = { wrapper: ["unshare", "--user", "--map-root-user"] };
    fails(promisc(["on", "v0"], inside), 3, asked, /: run it as root outside this user namespace, /);
  });

  it("show needs no privilege", () => {
    assert.equal(promisc(["show", "v0"], unprivileged).status, 0);
  });

  it("--debug adds the causes and the bytes that were sent to the kernel", () => {
    const byNetlink = promisc(["on", "v0", "--debug"], unprivileged).stderr;
    assert.match(byNetlink, /\n {4}at .*\n {4}request: [0-9a-f]{64}\n$/s);
    const byIoctl = promisc(["on", "v0", "--via", "ioctl", "--debug"], unprivileged).stderr;
    assert.match(byIoctl, new RegExp(`request: ${Buffer.from("v0").toString("hex")}00`));
  });

  const help = /^promisc --help shows how it is used$/;
  for (const [args, message, remedy] of [
    [
      ["frobnicate"],
      "unknown command 'frobnicate'",
      /^promisc --help lists the commands; if it is an interface: promisc show frobnicate$/,
    ],
    [["hodl"], "unknown command 'hodl' (did you mean hold?)", help],
    [["on"], "missing required argument 'interface'", /^promisc on --help shows how it is used$/],
    [["show", "--nosuch"], "unknown option '--nosuch'", /^promisc show --help shows how it is used$/],
    [["lab", "--nosuch"], "unknown option '--nosuch'", /^promisc lab --help shows how it is used$/],
    [
      ["lab", "shell", "--nosuch"],
      "unknown option '--nosuch'",
      /^promisc lab shell --help shows how it is used$/,
    ],
    [
      ["lab", "exec", "host1"],
      "no command is given: name it after --",
      /^promisc lab exec --help shows how it is used$/,
    ],
    [
      ["lab", "exec", "host1", "ping", "-c1", "10.77.0.2"],
      "unknown option '-c1'",
      /^write -- before the command to run: promisc lab exec host1 -- ping -c1 10\.77\.0\.2$/,
    ],
    [
      ["lab", "exec", "host1", "ls"],
      "too many arguments for 'exec'. Expected 1 argument but got 2.",
      /^write -- before the command to run: promisc lab exec host1 -- ls$/,
    ],
    [
      ["run", "v0", "tcpdump", "-i", "\x1b[31m"],
      "unknown option '-i'",
      /^write -- before the command to run: promisc run v0 -- tcpdump -i \\x1b\[31m$/,
    ],
    [
      ["run", "v0", "tcpdump"],
      "cannot run: no command is given",
      /^write -- before it: promisc run v0 -- tcpdump$/,
    ],
    [
      ["run", "v0"],
      "cannot run: no command is given",
      /^name it after --: promisc run v0 -- tcpdump -p -i v0$/,
    ],
    [
      ["on", "v0", "--via", "smoke"],
      "cannot set promiscuous mode via smoke: there is no such method",
      /^--via takes netlink or ioctl$/,
    ],
  ] as const)
    it(`promisc ${args.join(" ")} is reported as wrong usage`, () =>
      fails(promisc([...args]), 2, message, remedy));

  const lists = /^promisc lists the interfaces; these are up: /;
  for (const [args, status, message, remedy] of [
    [
      ["v2", "tcp"],
      4,
      /^there is no interface v2, and no expression begins so \(.*syntax error.*\)$/,
      /^did you mean v1 or v0\?$/,
    ],
    [["nosuch0", "tcp"], 4, /^there is no interface nosuch0, and no expression begins so \(/, lists],
    [["v0", "elephant", "tcp"], 4, /^there is no interface elephant, and no expression begins so \(/, lists],
    [
      ["all.pcap"],
      2,
      /^all\.pcap is neither an interface nor the beginning of an expression$/,
      /^to read a capture file: promisc capture -r all\.pcap$/,
    ],
    [
      ["./x.pcapng.gz", "tcp"],
      2,
      /^\.\/x\.pcapng\.gz is neither an interface nor the beginning of an expression$/,
      /^to read a capture file: promisc capture -r \.\/x\.pcapng\.gz$/,
    ],
  ] as const)
    for (const dump of [[], ["-d"]])
      it(`promisc ${["capture", ...dump, ...args].join(" ")} is explained`, { skip: noLibpcap }, () => {
        const outcome = promisc(["capture", ...dump, ...args]);
        const [first = "", second = "", ...rest] = outcome.stderr.split("\n");
        assert.match(first.replace("promisc: cannot capture: ", ""), message);
        assert.match(second, remedy);
        assert.deepEqual(rest, [""]);
        assert.equal(outcome.stdout, "");
        assert.equal(outcome.status, status);
      });

  it("promisc capture shows the place of an error in an expression that begins with a keyword", {
    skip: noLibpcap,
  }, () => {
    const { status, stderr } = promisc(["capture", "v0", "tcp", "prot", "80"]);
    assert.match(stderr, /^promisc: cannot compile the filter expression: .*\ntcp prot 80\n {4}\^\n$/);
    assert.equal(status, 2);
  });

  it("scan --watch without a privilege names what was asked", () => {
    fails(
      promisc(["scan", "--watch", "-i", "v0"], unprivileged),
      3,
      "cannot listen on v0: Operation not permitted (EPERM)",
      /^needs CAP_NET_RAW in this network namespace: in a container, start that with --cap-add NET_RAW/,
    );
  });

  it("root in a user namespace of its own is not advised to be root, but where", () => {
    const { stdout, status } = promisc(["check"], { wrapper: ["unshare", "--user", "--map-root-user"] });
    assert.match(stdout, /^hidden: .*: run it as root outside this user namespace: /);
    assert.equal(status, 1);
  });

  it("root without a capability reads which one it lacks", () => {
    const wrapper = ["setpriv", "--bounding-set=-sys_ptrace", "--inh-caps=-sys_ptrace"];
    const { stdout } = promisc(["check"], { wrapper });
    // As in a user namespace, where the tests run without root, if that is what is missing first.
    assert.match(
      stdout,
      /^hidden: .*: (this process lacks CAP_SYS_PTRACE \(in a container, start that with --cap-add SYS_PTRACE\)|run it as root outside .*)$/m,
    );
  });

  it("promisc reports on another system that it needs Linux", () => {
    const pretend = join(mkdtempSync(join(tmpdir(), "promisc-test-")), "elsewhere.cjs");
    after(() => rmSync(dirname(pretend), { recursive: true }));
    writeFileSync(pretend, 'Object.defineProperty(process, "platform", { value: "darwin" });');
    fails(
      promisc(["show", "lo"], { wrapper: [process.execPath, "--require", pretend] }),
      5,
      "cannot start: promisc talks to the Linux kernel, and this is darwin",
      /run it on Linux/,
    );
  });

  it("promisc ends quietly when its reader closes the pipe", () => {
    const { status, stderr } = promisc([], {
      wrapper: ["sh", "-c", '"$0" "$@" | true; "$0" "$@" | head -c 1 >/dev/null'],
    });
    assert.deepEqual([status, stderr], [0, ""]);
  });
});
