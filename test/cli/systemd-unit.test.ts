import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ip, isolate, noNamespaces, noOtherUsers } from "../support/network/namespace.js";
import { spawnSync } from "../support/process/child-process.js";
import { HoldingProcess } from "../support/process/holding-processes.js";
import { lacking } from "../support/process/peer.js";
import { Running } from "../support/process/program.js";
import { asUnit, unitCapabilities, unitFile } from "../support/process/unit-wrapper.js";
import { noTracing } from "../support/watch/tracing.js";

isolate();

describe("the systemd unit", () => {
  it("is accepted by systemd", { skip: lacking("systemd-analyze") }, () => {
    const { stderr } = spawnSync(
      "systemd-analyze",
      ["verify", "--man=no", "--recursive-errors=no", unitFile],
      {
        encoding: "utf8",
      },
    );
    const complaints = stderr.split("\n").filter((line) => line.startsWith("promisc-watch.service"));
    // The program may not be installed on this machine.
    assert.deepEqual(
      complaints.filter((line) => !line.includes("/usr/local/bin/promisc is not executable")),
      [],
    );
  });

  describe("the capabilities that it grants", {
    skip: noNamespaces || noOtherUsers || lacking("ip", "setpriv", "python3"),
  }, () => {
    spawnSync("mkdir", ["-p", "/run/netns"]);
    ip("link add v0 type veth peer name v1");
    ip("netns add elsewhere");

    /** Starts a watch with the unit's capabilities, or with all of them but one. */
    async function watching(without: string | undefined, ...args: string[]): Promise<Running> {
      const wrapper = asUnit(unitCapabilities.filter((name) => name !== without));
      const watch = new Running(["watch", ...args], wrapper);
      await watch.hasBegun();
      return watch;
    }

    /**
     * Returns what a watch prints about a change of lo in a namespace, up to the report of v0's flag, which is set
     * after it.
     */
    async function heardOf(watch: Running, change: () => void): Promise<string> {
      change();
      // The second change is made when the first one's batch of events has been handled in all namespaces.
      ip("link set v0 promisc on");
      await watch.says("v0: count 0 -> 1");
      ip("link set v0 promisc off");
      await watch.says("v0: count 1 -> 0");
      return watch.stdout;
    }

    const namespaceOf = (process: HoldingProcess): string =>
      `net:[${spawnSync("stat", ["-Lc", "%i", `/proc/${process.pid}/ns/net`], { encoding: "utf8" }).stdout.trim()}]`;

    /**
     * Each capability with its purpose, and a function that starts a watch and reports whether it sees what needs the
     * capability.
     */
    const cases: [capability: string, what: string, sees: (without?: string) => Promise<boolean>][] = [
      [
        "CAP_SYS_ADMIN",
        "for changes in other network namespaces",
        async (without) => {
          await using watch = await watching(without);
          const text = await heardOf(watch, () => {
            ip("-n elsewhere link set lo promisc on");
            ip("-n elsewhere link set lo promisc off");
          });
          return text.includes("lo in elsewhere: count 0 -> 1");
        },
      ],
      [
        "CAP_SYS_PTRACE",
        "for those that only a process of more privilege keeps",
        async (without) => {
          await using process = await HoldingProcess.start(
            "unshare",
            ["--net", "python3", "-c", 'import time; print("ready", flush=True); time.sleep(60)'],
            "ready",
          );
          await using watch = await watching(without);
          const text = await heardOf(watch, () => {
            spawnSync("nsenter", [
              "--target",
              String(process.pid),
              "--net",
              "ip",
              "link",
              "set",
              "lo",
              "promisc",
              "on",
            ]);
          });
          return text.includes(`lo in ${namespaceOf(process)}: count 0 -> 1`);
        },
      ],
      [
        "CAP_NET_ADMIN",
        "for those that only a socket keeps alive",
        async (without) => {
          await using process = await HoldingProcess.python(`
import ctypes, signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
here = os.open("/proc/self/ns/net", os.O_RDONLY)
libc = ctypes.CDLL(None)
assert libc.unshare(0x40000000) == 0
s = packet_socket()
print("inode", os.stat("/proc/self/ns/net").st_ino)
assert libc.setns(here, 0x40000000) == 0
print("ready", flush=True)
signal.sigwait([signal.SIGUSR1])
s.setsockopt(263, 1, struct.pack("iHH8s", 1, PROMISC, 0, b""))
print("held", flush=True)
time.sleep(60)
`);
          await using watch = await watching(without);
          const text = await heardOf(watch, () => process.process.kill("SIGUSR1"));
          return /lo in net:\[\d+\]: count 0 -> 1/.test(text);
        },
      ],
      [
        "CAP_DAC_READ_SEARCH",
        "for the processes of other users, without the trace",
        async (without) => {
          await using watch = await watching(without, "--no-trace");
          // PR_SET_DUMPABLE makes the process like one that a user starts. Without it, /proc of a process that changes
          // its user belongs to root.
          await using holder = await HoldingProcess.python(
            `import ctypes\ns = packet_socket()\nos.setresuid(65534, 65534, 65534)\nctypes.CDLL(None).prctl(4, 1, 0, 0, 0)\nadd(s, "v1", PROMISC)\nwait()`,
          );
          return (await heardOf(watch, () => {})).includes(`pid ${holder.pid},`);
        },
      ],
    ];

    it("are those that are tested here, and no others", () =>
      assert.deepEqual(unitCapabilities.toSorted(), cases.map(([capability]) => capability).toSorted()));

    for (const [capability, what, sees] of cases)
      it(`include ${capability} ${what}`, async () => {
        assert.equal(await sees(), true);
        assert.equal(await sees(capability), false);
      });

    it("suffice to trace system calls", { skip: noTracing }, async () => {
      await using watch = await watching(undefined);
      assert.doesNotMatch(watch.stderr, /cannot trace/);
    });
  });
});
