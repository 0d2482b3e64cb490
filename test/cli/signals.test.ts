import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { noTun } from "../support/network/devices.js";
import { isolate, noNamespaces } from "../support/network/namespace.js";
import { cable } from "../support/network/veth.js";
import { spawn } from "../support/process/child-process.js";
import { program, promisc, Running } from "../support/process/program.js";

isolate();

const INSPECTOR = /Debugger listening|Starting inspector/;

/** Commands that run until a signal, with the text that they print when they have begun. */
const lasting: readonly (readonly [args: string[], begun: string])[] = [
  [["hold", "v0"], "held promiscuous"],
  [["run", "v0", "--", "sh", "-c", "trap : USR1; echo begun; while :; do sleep 0.1; done"], "begun"],
  [["watch", "--no-trace"], "watching"],
  [["capture", "v0", "-l"], "listening on"],
  [["scan", "--watch", "-i", "v0"], "listening on"],
  ...(noTun ? [] : [[["lab", "exec", "1", "--", "sh", "-c", "echo begun; sleep 60"], "begun"] as const]),
].map(([args, begun]) => [[...(args as string[])], begun as string]);

async function begins(running: Running, text: string): Promise<void> {
  while (!`${running.stdout}${running.stderr}`.includes(text)) {
    assert.equal(running.process.exitCode, null, running.stderr);
    await sleep(5);
  }
}

const isAlive = ({ process: { exitCode, signalCode } }: Running): boolean =>
  exitCode === null && signalCode === null;

/** A wrapper that ignores SIGHUP, as nohup(1) does. */
const nohup = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh"];

describe("promisc on signals", { skip: noNamespaces }, () => {
  if (noNamespaces) return;
  cable("v0", "v1");

  it("opens no debugger and doesn't end on SIGUSR1", async () => {
    for (const wrapper of [[], [process.execPath]])
      await Promise.all(
        lasting.map(async ([args, begun]) => {
          await using running = new Running(args, wrapper);
          await begins(running, begun);
          running.process.kill("SIGUSR1");
          running.process.kill("SIGUSR1");
          await sleep(150);
          running.process.kill("SIGUSR1");
          await sleep(150);
          assert.ok(isAlive(running), `${args}: ${running.stderr}`);
          assert.doesNotMatch(running.stderr, INSPECTOR, `${args}`);
        }),
      );
  });

  it("prints the counts of a capture on SIGUSR1, as tcpdump does", async () => {
    await using running = new Running(["capture", "v0", "-w", "/dev/null"]);
    await running.hasSaid("listening");
    running.process.kill("SIGUSR1");
    await running.hasSaid("kernel\n");
    assert.match(
      running.stderr,
      /^promisc: 0 packets captured, 0 packets received by filter, 0 packets dropped by kernel$/m,
    );
  });

  it("opens no debugger on SIGUSR1 while it starts", async () => {
    const start = async (delay: number): Promise<void> => {
      const running = new Running(["show", "lo"]);
      await sleep(delay);
      running.process.kill("SIGUSR1");
      const { stderr } = await running.outcome;
      assert.doesNotMatch(stderr, /Debugger listening/);
    };
    for (let delay = 0; delay < 90; delay += 9) await Promise.all([start(delay), start(delay + 4)]);
  });

  it("keeps a debugger that was asked for, and the Node.js options of the command that it runs", async () => {
    const env = { ...process.env, NODE_OPTIONS: "--inspect=127.0.0.1:0" };
    assert.match(promisc(["show", "lo"], { env }).stderr, /Debugger listening on ws:\/\/127\.0\.0\.1/);
    const print = ["run", "v0", "--", "sh", "-c", 'echo "$' + '{NODE_OPTIONS-none}"'];
    assert.equal(promisc(print).stdout, "none\n");
    assert.equal(
      promisc(print, { env: { ...process.env, NODE_OPTIONS: "--no-warnings" } }).stdout,
      "--no-warnings\n",
    );
  });

  it("doesn't end on SIGHUP if nohup started it, and ends otherwise", async () => {
    const commands = lasting.filter(([[name]]) => name !== "run");
    await Promise.all(
      commands.map(async ([args, begun]) => {
        await using running = new Running(args, nohup);
        await begins(running, begun);
        running.process.kill("SIGHUP");
        await sleep(200);
        assert.ok(isAlive(running), `${args}: ${running.stderr}`);
        running.process.kill("SIGTERM");
        await running.outcome;
        await using other = new Running(args);
        await begins(other, begun);
        other.process.kill("SIGHUP");
        await other.outcome;
      }),
    );
  });

  it("passes signals to the command that it runs unchanged", async () => {
    const child = spawn(program, ["run", "v0", "--", "grep", "^Sig[BI]", "/proc/self/status"]);
    let text = "";
    for await (const chunk of child.stdout) text += chunk;
    assert.match(text, /^SigBlk:\s*0+\nSigIgn:\s*0+\n$/);
  });
});
