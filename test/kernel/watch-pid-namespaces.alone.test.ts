import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { ProcessDetails } from "../../src/linux/process/process-details.js";
import type { ChangeEvent } from "../../src/promiscuity/watch/event.js";
import { ip, isolate, noNamespaces } from "../support/network/namespace.js";
import { type ChildProcess, spawn, spawnSync } from "../support/process/child-process.js";
import { lacking } from "../support/process/peer.js";
import { Running } from "../support/process/program.js";
import { noTracing } from "../support/watch/tracing.js";

isolate();

/**
 * A wrapper that runs the following program as the first process of a PID namespace, with a /proc of that namespace.
 */
const inPidNamespace = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];

/** Returns the first child of a process, by its number in this namespace. */
async function childOf(pid: number): Promise<number> {
  for (;;) {
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").split(" ");
    if (child) return Number(child);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Returns the number of a process in each PID namespace where it is visible, from this one down. */
function numbersOf(pid: number): number[] {
  const line = /^NSpid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? "";
  return line.split(/\s+/).map(Number);
}

/** A shell that sets v0's flag when it reads a line, and clears it when it reads another one. */
class FlagSetter implements AsyncDisposable {
  static readonly #script =
    "read line; ip link set v0 promisc on; read line; ip link set v0 promisc off; read line";

  private constructor(
    readonly process: ChildProcess,
    /** The shell's number in this PID namespace. */
    readonly pid: number,
  ) {}

  /**
   * Starts the shell.
   * @param wrapper a command that runs the shell
   * @param forks how many times the wrapper forks before it runs the shell
   */
  static async start(wrapper: string[], forks: number): Promise<FlagSetter> {
    const [command = "", ...args] = [...wrapper, "sh", "-c", FlagSetter.#script];
    const child = spawn(command, args, { stdio: ["pipe", "ignore", "inherit"] });
    await once(child, "spawn");
    let pid = child.pid as number;
    for (let fork = 0; fork < forks; fork++) pid = await childOf(pid);
    return new FlagSetter(child, pid);
  }

  next(): void {
    this.process.stdin?.write("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.stdin?.end();
    await once(this.process, "exit");
  }
}

/** Returns the process that set v0's flag according to a watch. Leaves the flag clear. */
async function setterSeenBy(watch: Running, setter: FlagSetter): Promise<ProcessDetails> {
  const begin = watch.stdout.split("\n").length - 1;
  setter.next();
  await watch.says('"promisc_flag":true', watch.stdout.split('"promisc_flag":true').length);
  setter.next();
  await watch.says("\n", begin + 2);
  const event = JSON.parse(watch.stdout.split("\n")[begin] ?? "") as ChangeEvent;
  assert.equal(event.event, "change");
  const [came] = event.came;
  assert.equal(came?.evidence, "trace", JSON.stringify(event));
  assert.ok(came.actor);
  return came.actor;
}

const needs = lacking("ip", "unshare", "nsenter", "sh");

describe("watching with a trace, across PID namespaces", { skip: noNamespaces || noTracing || needs }, () => {
  ip("link add v0 type veth peer name v1");

  it("names a process in a PID namespace below by its number in the watch's namespace", async () => {
    await using watch = new Running(["watch", "--json", "v0"]);
    await watch.hasBegun();
    await using below = await FlagSetter.start(inPidNamespace, 1);
    const actor = await setterSeenBy(watch, below);
    // The process is ip, which the shell started.
    assert.deepEqual(actor.args, ["ip", "link", "set", "v0", "promisc", "on"]);
    assert.ok((actor.pid as number) > below.pid, `${actor.pid}, ${below.pid}`);
    assert.notEqual(numbersOf(below.pid)[1], actor.pid);
  });

  describe("from a PID namespace below", () => {
    it("names a process beside it by its number there, with its facts from /proc there", async () => {
      await using watch = new Running(["watch", "--json", "v0"], inPidNamespace);
      await watch.hasBegun();
      const inside = await childOf(watch.process.pid as number);
      // The watch stays the first process, and the shell of the setter is a sibling of its child.
      await using holder = await FlagSetter.start(["nsenter", "--target", String(inside), "--pid"], 1);
      const actor = await setterSeenBy(watch, holder);
      const [here = 0, there = 0] = numbersOf(holder.pid);
      assert.ok((actor.pid as number) > there, `${actor.pid}, ${there}`);
      assert.ok((actor.pid as number) < here, `${actor.pid}, ${here}`);
    });

    it("reports a process outside as not visible, and doesn't confuse it with another one of the same number", async () => {
      await using watch = new Running(["watch", "--json", "v0"], inPidNamespace);
      await watch.hasBegun();
      await using outside = await FlagSetter.start([], 0);
      const actor = await setterSeenBy(watch, outside);
      assert.deepEqual(actor, {
        pid: null,
        comm: "ip",
        args: ["ip", "link", "set", "v0", "promisc", "on"],
        uid: 0,
        user: "root",
      });
    });

    it("names a process of a container below by its number in the watch's namespace", async () => {
      await using watch = new Running(["watch", "--json", "v0"], inPidNamespace);
      await watch.hasBegun();
      const inside = await childOf(watch.process.pid as number);
      const wrapper = ["nsenter", "--target", String(inside), "--pid", ...inPidNamespace];
      await using container = await FlagSetter.start(wrapper, 2);
      const actor = await setterSeenBy(watch, container);
      const [here = 0, there = 0, within = 0] = numbersOf(container.pid);
      assert.equal(within, 1);
      assert.ok(
        (actor.pid as number) > there && (actor.pid as number) < here,
        `${actor.pid}, ${there}, ${here}`,
      );
    });

    it("prints in words that a process isn't visible", async () => {
      await using watch = new Running(["watch", "v0"], inPidNamespace);
      await watch.hasBegun();
      spawnSync("ip", ["link", "set", "v0", "promisc", "on"]);
      await watch.says(
        "by ip link set v0 promisc on (in a PID namespace that can't be seen from this one, user root)",
      );
      spawnSync("ip", ["link", "set", "v0", "promisc", "off"]);
    });
  });
});
