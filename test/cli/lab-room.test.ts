import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "node:test";
import { noTun } from "../support/network/devices.js";
import { isolate, noNamespaces, noOtherUsers, sh } from "../support/network/namespace.js";
import { type ChildProcess, firstOutput, spawn } from "../support/process/child-process.js";
import { processesWith } from "../support/process/marked-processes.js";
import { lacking } from "../support/process/peer.js";
import { program, promisc } from "../support/process/program.js";
import { asNobody, withTun } from "../support/process/without-root.js";

isolate();

const MARK = "PROMISC_LAB_ROOM";
process.env[MARK] = String(process.pid);
const left = (): string[] => processesWith(MARK, String(process.pid));
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Runs shell commands on host2 of a LAN, and returns what they print. */
function onHost2(script: string): { status: number | null; lines: string[]; stderr: string } {
  const { status, stdout, stderr } = promisc(["lab", "exec", "2", "--", "sh", "-c", script]);
  return { status, lines: stdout.trimEnd().split("\n"), stderr };
}

/** Starts a command on a host, and waits until it prints something. */
async function start(wrapper: readonly string[], script: string): Promise<ChildProcess> {
  const [command = "", ...args] = [...wrapper, program, "lab", "exec", "2", "--", "sh", "-c", script];
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "ignore"] });
  await firstOutput(child);
  return child;
}

const skip = noNamespaces || noTun || lacking("ip", "setpriv", "unshare", "nsenter");

describe("a command that promisc lab exec runs", { skip, timeout: 60_000 }, () => {
  it("sees /sys, the host name and the processes of its own host", () => {
    const { lines } = onHost2(
      "cat /sys/class/net/eth0/address; hostname; echo $PROMISC_LAB; ls -d /proc/[0-9]* | wc -l",
    );
    assert.deepEqual(lines.slice(0, 3), ["02:77:00:00:00:02", "host2", "host2"]);
    assert.ok(Number(lines[3]) < 8, lines[3]);
  });

  it("reaches the other hosts by name with ip netns exec and with promisc lab exec", () => {
    const address = "cat /sys/class/net/eth0/address";
    const { lines } = onHost2(
      `ip netns exec host1 ${address}; promisc lab exec 3 -- ${address}; promisc lab exec host1 -- hostname; ls /run/netns`,
    );
    assert.deepEqual(lines, [
      "02:77:00:00:00:01",
      "02:77:00:00:00:03",
      "host1",
      ...["host1", "host2", "host3"],
    ]);
  });

  it("sees frames between two other hosts", () => {
    const { lines } = onHost2(
      "promisc on eth0; promisc capture eth0 -c 1 --json icmp > /tmp/seen & sleep 1.5; ip netns exec host1 ping -qc 2 10.77.0.3 >/dev/null; wait; cat /tmp/seen; rm /tmp/seen",
    );
    assert.match(lines.join(), /"10\.77\.0\.1".*"10\.77\.0\.3"/);
  });

  it("gets host names and holders from promisc who", () => {
    const { lines } = onHost2("promisc on eth0 >/dev/null; promisc who");
    assert.deepEqual(lines.slice(0, 2), ["eth0: count 1", "    1  the administrator's flag"]);
    const other = onHost2("promisc lab exec 1 -- promisc on eth0 >/dev/null; promisc who");
    assert.deepEqual(other.lines.slice(0, 2), ["eth0 in host1: count 1", "    1  the administrator's flag"]);
  });

  it("gets an error for what promisc lab exec can't do inside a lab", () => {
    const { stderr } = onHost2(
      "promisc lab exec 9 -- true; promisc lab exec --switch 3 -- true; promisc lab exec 3 -- nowhere",
    );
    assert.match(stderr, /cannot run true on 9: the LAN has host1, host2, host3\nname one of them\n/);
    assert.match(stderr, /cannot run true on 3: this LAN already exists\n/);
    assert.match(stderr, /cannot run nowhere: not found\nname a program that is installed\n$/);
    assert.equal(promisc(["lab", "exec", "1", "--", "nowhere"]).status, 127);
  });

  it("leaves no process and no mount behind when it ends", () => {
    const before = sh("cat /proc/self/mounts");
    const { status } = onHost2("sleep 1000 & exit 3");
    assert.equal(status, 3);
    assert.deepEqual(left(), []);
    assert.equal(sh("cat /proc/self/mounts"), before);
  });

  it("receives the signals that promisc receives", async () => {
    const child = await start([], 'trap "exit 7" TERM; echo ready; while :; do sleep 0.05; done');
    child.kill("SIGTERM");
    assert.deepEqual(await once(child, "exit"), [7, null]);
  });

  it("can be ended at any moment, and leaves no process behind", async () => {
    for (let wait = 0; wait < 400; wait += 25) {
      const child = spawn(program, ["lab", "exec", "2", "--", "sleep", "1000"], { stdio: "ignore" });
      await pause(wait);
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    while (left().length > 0) await pause(20);
  });

  it("is killed with promisc, together with its children", async () => {
    const child = await start([], "sleep 1000 & echo ready; sleep 1000");
    child.kill("SIGKILL");
    await once(child, "exit");
    while (left().length > 0) await pause(20);
  });

  it("is killed with promisc without root too", { skip: noOtherUsers }, async () => {
    const child = await start([...withTun("666"), ...asNobody], "sleep 1000 & echo ready; sleep 1000");
    child.kill("SIGKILL");
    await once(child, "exit");
    while (left().length > 0) await pause(20);
  });
});
