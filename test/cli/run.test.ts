import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { readInterface } from "../../src/promiscuity/read.js";
import { ip, isolate, noNamespaces } from "../support/network/namespace.js";
import { spawnSync } from "../support/process/child-process.js";
import { lacking } from "../support/process/peer.js";
import { program, promisc, Running } from "../support/process/program.js";

isolate();

const scratch = mkdtempSync(join(tmpdir(), "promisc-test-"));
after(() => rmSync(scratch, { recursive: true }));

const countOf = (name: string): number => readInterface(name).promiscuity;
const run = (...command: string[]) => promisc(["run", "v0", "--", ...command]);

describe("promisc run", { skip: noNamespaces || lacking("ip") }, () => {
  ip("link add v0 type veth peer name v1");
  ip("link add w0 type veth peer name w1");
  const count = "ip -j -d link show v0 | tr , '\\n' | grep promiscuity";

  it("holds the interface while the command runs, and not afterwards", () => {
    assert.equal(run("sh", "-c", count).stdout, '"promiscuity":1\n');
    assert.equal(countOf("v0"), 0);
  });

  it("holds several interfaces", () => {
    const { stdout } = promisc(["run", "v0", "w0", "--", "ip", "-d", "link"]);
    assert.equal(stdout.match(/promiscuity 1/g)?.length, 2);
  });

  for (const status of [0, 1, 2, 3, 42, 255])
    it(`passes on the exit status ${status}`, () => {
      const outcome = run("sh", "-c", `exit ${status}`);
      assert.deepEqual([outcome.status, outcome.stdout, outcome.stderr], [status, "", ""]);
    });

  for (const signal of ["SIGTERM", "SIGINT", "SIGKILL", "SIGUSR1"] as const)
    it(`ends by ${signal} if the command does`, () => {
      assert.equal(run("sh", "-c", `kill -${signal.slice(3)} $$`).signal, signal);
    });

  it("exits with a shell's status for a signal that dumps core or that Node.js ignores", () => {
    for (const [name, number] of [
      ["ABRT", 6],
      ["PIPE", 13],
    ] as const) {
      const { status, signal } = run("sh", "-c", `ulimit -c 0; kill -${name} $$`);
      assert.deepEqual([status, signal], [128 + number, null]);
    }
  });

  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const)
    it(`passes ${signal} on to the command, once`, async () => {
      const name = signal.slice(3);
      const script = `n=0; trap 'n=$((n+1)); echo got ${name} $n' ${name}; echo ready; while [ $n = 0 ]; do sleep 0.02; done; sleep 0.1; exit 7`;
      await using running = new Running(["run", "v0", "--", "sh", "-c", script]);
      await running.says("ready");
      assert.equal(countOf("v0"), 1);
      running.process.kill(signal);
      const { status, stdout } = await running.outcome;
      assert.deepEqual([status, stdout], [7, `ready\ngot ${name} 1\n`]);
    });

  it("leaves Ctrl-C to the terminal, which sends it to the command too", {
    skip: lacking("script"),
  }, () => {
    const command = join(scratch, "trap.sh");
    const ready = join(scratch, "ready");
    writeFileSync(command, `trap 'echo interrupted' INT; : >${ready}; sleep 1; sleep 0.3; echo end`);
    // script(1) gives the command a terminal. The byte 3 is Ctrl-C.
    const stdout = spawnSync(
      "sh",
      [
        "-c",
        `(while ! [ -e ${ready} ]; do sleep 0.02; done; printf '\\003'; sleep 1.5) | script -qec '${program} run v0 -- sh ${command}' /dev/null`,
      ],
      { encoding: "utf8" },
    ).stdout;
    assert.equal(stdout.match(/interrupted/g)?.length, 1, stdout);
    assert.match(stdout, /end/);
  });

  it("passes on a signal that only promisc received, on a terminal too", { skip: lacking("script") }, () => {
    const command = join(scratch, "alone.sh");
    writeFileSync(
      command,
      "trap 'echo interrupted' INT; sleep 0.3; kill -INT $PPID; sleep 0.5; sleep 0.3; echo end",
    );
    const args = ["-qec", `${program} run v0 -- sh ${command}`, "/dev/null"];
    const { stdout } = spawnSync("script", args, { encoding: "utf8", stdio: ["pipe", "pipe", "inherit"] });
    assert.equal(stdout.match(/interrupted/g)?.length, 1, stdout);
    assert.match(stdout, /end/);
  });

  it("keeps SIGHUP ignored for itself and the command if it was ignored before, as with nohup", async () => {
    const script = "grep SigIgn /proc/self/status; sleep 0.3; echo end";
    const nohup = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh"];
    await using running = new Running(["run", "v0", "--", "sh", "-c", script], nohup);
    await running.says("SigIgn");
    running.process.kill("SIGHUP");
    const { status, stdout } = await running.outcome;
    assert.equal(status, 0);
    assert.match(stdout, /^SigIgn:\s*[0-9a-f]*[13579bdf]\nend\n$/);
    const missing = promisc(["run", "v0", "--", "no-such-command"], { wrapper: nohup });
    assert.equal(missing.status, 127);
  });

  it("leaves the standard streams to the command", () => {
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, at) => at & 0xff));
    const { stdout, stderr } = spawnSync(program, ["run", "v0", "--", "sh", "-c", "cat; echo oops >&2"], {
      input: bytes,
      maxBuffer: 1e6,
    });
    assert.ok(bytes.equals(stdout));
    assert.equal(stderr.toString(), "oops\n");
  });

  it("passes on the command's own options and --", () => {
    assert.equal(run("echo", "--json", "-x", "--", "--debug").stdout, "--json -x -- --debug\n");
  });

  it("doesn't leave the interface promiscuous after kill -9", async () => {
    await using running = new Running(["run", "v0", "--", "sh", "-c", "echo $$; exec sleep 60"]);
    await running.says("\n");
    assert.equal(countOf("v0"), 1);
    running.process.kill("SIGKILL");
    while (countOf("v0") !== 0) await new Promise((resolve) => setTimeout(resolve, 5));
    process.kill(Number(running.stdout.trim()));
  });

  it("exits with 127 for a command that isn't found, and with 126 for one that can't be executed", () => {
    // With a directory in PATH that may not be searched, the error would be "permission denied".
    const missing = promisc(["run", "v0", "--", "no-such-command"], {
      env: { ...process.env, PATH: `${dirname(process.execPath)}:/usr/bin:/bin` },
    });
    assert.equal(missing.status, 127);
    assert.match(
      missing.stderr,
      /^promisc: cannot run no-such-command: No such file or directory \(ENOENT\)\ncheck /,
    );
    const file = join(scratch, "not-executable");
    writeFileSync(file, "");
    chmodSync(file, 0o644);
    const refused = run(file);
    assert.equal(refused.status, 126);
    assert.match(refused.stderr, /Permission denied \(EACCES\)/);
    assert.equal(countOf("v0"), 0);
  });

  it("doesn't start the command if it can't hold the interface", () => {
    const { status, stdout } = promisc(["run", "nosuch", "--", "echo", "started"]);
    assert.deepEqual([status, stdout], [4, ""]);
  });
});
