import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { sendFrame } from "../../src/capture/send.js";
import { ethernet, ipv4, udp } from "../support/capture/frames.js";
import { ip, isolate, noNamespaces } from "../support/network/namespace.js";
import { cable } from "../support/network/veth.js";
import { spawnSync } from "../support/process/child-process.js";
import { noTcpdump } from "../support/process/holding-processes.js";
import { lacking } from "../support/process/peer.js";
import { promisc, Running } from "../support/process/program.js";

isolate();

const expression = "udp port 2000";
const frame = ethernet("b", "a", 0x0800, ipv4(udp(1000, 2000)));
/** A frame that only these tests send, and that the other end of a cable receives as one for another host. */
const send = (interfaceName: string): void => sendFrame(interfaceName, frame);

/** Starts a capture of the frames, and waits until it listens. */
async function begun(...options: string[]): Promise<Running> {
  const capture = new Running(["capture", "-n", "-t", ...options, expression]);
  await capture.hasSaid("listening on");
  return capture;
}

/** Starts tcpdump in the same way. */
async function begunPeer(...options: string[]): Promise<Running> {
  // The name of the program, which Running appends, becomes the name of the shell.
  const command = [
    "tcpdump",
    "-Z",
    "root",
    "-l",
    "--immediate-mode",
    "-n",
    "-t",
    ...options,
    `"${expression}"`,
  ];
  const capture = new Running([], ["sh", "-c", `exec ${command.join(" ")}`]);
  await capture.hasSaid("listening on");
  return capture;
}

const PAYLOAD = "IP 10.0.0.1.1000 > 10.0.0.2.2000: UDP, length 20\n";

describe("the names of interfaces in lines", { skip: noNamespaces || lacking("ip") || noTcpdump }, () => {
  cable("eth0", "averyverylong1");

  for (const options of [[], ["-e"], ["-q", "-e"], ["-v"], ["-x"], ["-A", "-#"]])
    it(`are those that tcpdump prints, with -i any ${options.join(" ")}`, async () => {
      await using own = await begun("-i", "any", ...options);
      await using peer = await begunPeer("-i", "any", ...options);
      send("eth0");
      send("averyverylong1");
      await Promise.all([own, peer].map((capture) => capture.says("10.0.0.1.1000 > ", 4)));
      own.process.kill("SIGINT");
      peer.process.kill("SIGINT");
      const [{ stdout }, expected] = await Promise.all([own.outcome, peer.outcome]);
      assert.equal(stdout.trimEnd(), expected.stdout.trimEnd());
      assert.match(stdout, /eth0 {2}Out /);
      assert.match(stdout, /averyverylong1 (P|In) {2}/);
    });

  it("follow interfaces that come, are renamed and go", async () => {
    await using own = await begun("-i", "any");
    await using peer = await begunPeer("-i", "any");
    const both = (words: string) => Promise.all([own, peer].map((capture) => capture.says(words)));
    cable("first", "end0");
    send("first");
    await both(`first Out ${PAYLOAD}`);
    await both("end0  ");
    ip("link set first down");
    ip("link set first name second");
    ip("link set second up");
    send("second");
    await both(`second Out ${PAYLOAD}`);
    send("second");
    ip("link del second");
    // tcpdump may print "?" for the last one.
    await own.says(`second Out ${PAYLOAD}`, 2);
  });

  it("have the same form in captures of several interfaces", async () => {
    await using any = await begun("-i", "any");
    await using several = await begun("-p", "-i", "eth0", "-i", "averyverylong1");
    await using mixed = await begun("-p", "-i", "any", "-i", "eth0");
    send("eth0");
    await Promise.all([any, several].map((capture) => capture.says(PAYLOAD, 2)));
    await mixed.says(PAYLOAD, 3);
    const lines = ({ stdout }: Running) => stdout.split("\n").sort();
    assert.deepEqual(lines(several), lines(any));
    assert.deepEqual(lines(mixed), [...lines(any), `eth0  Out ${PAYLOAD.trimEnd()}`].sort());
  });

  it("aren't printed in captures of one interface", async () => {
    await using own = await begun("-p", "-i", "eth0");
    send("eth0");
    await own.says(PAYLOAD);
    assert.equal(own.stdout, PAYLOAD);
  });

  it("are those of this machine for a file, and a warning says so, as with tcpdump", () => {
    const file = fileURLToPath(
      new URL("../../../test/support/capture/captures/cooked.pcap", import.meta.url),
    );
    const { stdout, stderr } = promisc(["capture", "-t", "-c", "2", "-r", file]);
    const echo = "IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 0, seq 0, length 8\n";
    assert.equal(stdout, `lo    In  ${echo}?     In  ${echo}`);
    assert.ok(
      stderr.includes(
        "promisc: interface names might be incorrect: they are this machine's for the numbers in the file\n",
      ),
    );
    assert.match(spawnSync("tcpdump", ["-r", file], { encoding: "utf8" }).stderr, /names might be incorrect/);
  });
});
