import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { pcapOf, variousFrames } from "../support/capture/frames.js";
import { isolate, noNamespaces } from "../support/network/namespace.js";
import { generate } from "../support/network/packet-generator.js";
import { cable, indexOf } from "../support/network/veth.js";
import { spawnSync } from "../support/process/child-process.js";
import { lacking } from "../support/process/peer.js";
import { promisc, Running } from "../support/process/program.js";

isolate();

const folder = mkdtempSync(join(tmpdir(), "promisc-"));
after(() => rmSync(folder, { recursive: true }));
// As root, promisc becomes another user, who runs the commands.
chmodSync(folder, 0o777);

// The priority is lowered right after the start.
const command = join(folder, "note");
writeFileSync(
  command,
  `#!/bin/sh\nuntil [ "$(nice)" = 19 ]; do :; done\necho "$# $1" >>"$(dirname "$0")/notes"\n`,
);
chmodSync(command, 0o755);
const notes = (): string[] => readFileSync(join(folder, "notes"), "utf8").trimEnd().split("\n").sort();

// Somewhat more than three million bytes.
const long = variousFrames().find(({ length }) => length > 1500) as Uint8Array;
writeFileSync(join(folder, "in.pcap"), pcapOf(new Array(2100).fill(long)));
const split = (...args: string[]): string[] => ["-r", "in.pcap", "-w", "out", "-C", "1", ...args];

async function noted(count: number): Promise<string[]> {
  for (;;) {
    try {
      if (notes().length >= count) return notes();
    } catch {
      // No command has ended yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe("promisc capture -z", { skip: lacking("tcpdump") }, () => {
  it("runs the command for the files for which tcpdump runs it, with lowest priority and without a shell", async () => {
    assert.equal(spawnSync("tcpdump", ["-Z", "root", ...split("-z", command)], { cwd: folder }).status, 0);
    const files = spawnSync("sh", ["-c", "ls out* | wc -l"], { cwd: folder, encoding: "utf8" });
    const theirs = await noted(Number(files.stdout) - 1);
    assert.ok(theirs.length > 1);
    rmSync(join(folder, "notes"));
    const { status } = promisc(["capture", "--user", "root", ...split("-z", command)], { cwd: folder });
    assert.equal(status, 0);
    assert.deepEqual(await noted(theirs.length), theirs);
    assert.match(theirs[0] as string, /^1 out\S*$/);
  });

  it("reports a command that can't be run, and one that fails", () => {
    const missing = promisc(["capture", "--user", "root", ...split("-z", "/nowhere/\x1b[2J")], {
      cwd: folder,
    });
    assert.match(missing.stderr, /^promisc: cannot run \/nowhere\/\\x1b\[2J out: spawn .* ENOENT$/m);
    assert.ok(!missing.stderr.includes("\x1b"));
    assert.equal(missing.status, 0);
    const shell = promisc(["capture", "--user", "root", ...split("-z", "touch pwned; true")], {
      cwd: folder,
    });
    assert.match(shell.stderr, /cannot run touch pwned; true out: /);
  });

  it("says which commands still run at the end", () => {
    writeFileSync(join(folder, "slow"), "#!/bin/sh\nexec sleep 2\n");
    chmodSync(join(folder, "slow"), 0o755);
    const { stderr } = promisc(["capture", "--user", "root", ...split("-z", "./slow")], {
      cwd: folder,
      stdio: "pipe",
    });
    assert.match(stderr, /^promisc: \.\/slow out still runs, as process \d+$/m);
  });

  it("warns that nothing finishes files without -C and -G", () => {
    const { stderr, status } = promisc(["capture", "-r", "in.pcap", "-w", "out", "-z", "true"], {
      cwd: folder,
    });
    assert.match(stderr, /^promisc: -z has no effect: only -C and -G finish files before the capture ends\n/);
    assert.equal(status, 0);
  });
});

describe("a running promisc capture", { skip: noNamespaces || lacking("ip", "ss") }, () => {
  cable("x0", "x1");

  it("prints the counts on SIGUSR1, and goes on; no debugger listens", async () => {
    await using capture = new Running(["capture", "x0", "-t"]);
    await capture.hasSaid("listening on");
    await generate({ index: indexOf("x1"), count: 3, size: 60, rate: 0 });
    await capture.says("0x0000", 3);
    capture.process.kill("SIGUSR1");
    await capture.hasSaid(
      "promisc: 3 packets captured, 3 packets received by filter, 0 packets dropped by kernel\n",
    );
    assert.equal(spawnSync("ss", ["-Hltn"], { encoding: "utf8" }).stdout, "");
    assert.doesNotMatch(capture.stderr, /Debugger/);
    capture.process.kill("SIGUSR2");
    await generate({ index: indexOf("x1"), count: 1, size: 60, rate: 0 });
    await capture.says("0x0000", 4);
    capture.process.kill("SIGINT");
    assert.equal((await capture.outcome).status, 0);
  });

  it("prints no packets with --count, and their number at the end as JSON", async () => {
    for (const [options, printed] of [
      [[], ""],
      [["--json"], '{"schema":1,"packets":3}\n'],
    ] as const) {
      await using capture = new Running(["capture", "x0", "--count", "-c", "3", ...options]);
      await capture.hasSaid("listening on x0");
      await generate({ index: indexOf("x1"), count: 3, size: 60, rate: 0 });
      const { status, stdout, stderr } = await capture.outcome;
      assert.equal(status, 0, stderr);
      assert.equal(stdout, printed);
      assert.match(stderr, /^3 packets captured: /m);
    }
  });

  it("prints how many packets it got with -v -w", async () => {
    await using capture = new Running(["capture", "x0", "-v", "-w", join(folder, "got.pcap")]);
    await capture.hasSaid("listening on");
    await generate({ index: indexOf("x1"), count: 3, size: 60, rate: 0 });
    await capture.hasSaid("Got 3\r");
    capture.process.kill("SIGINT");
    assert.match((await capture.outcome).stderr, /Got 3\r3 packets captured/);
  });
});
