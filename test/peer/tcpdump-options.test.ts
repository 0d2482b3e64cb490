import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { temporaryDirectory } from "../support/capture/capture-files.js";
import { ethernet, ipv4, pcapOf, udp } from "../support/capture/frames.js";
import { spawnSync } from "../support/process/child-process.js";
import { noTcpdump } from "../support/process/holding-processes.js";
import { promisc } from "../support/process/program.js";

/** TCP segments with a text, whose numbers differ from those relative to the first. */
const segments = [10, 14].map((sequence) =>
  ethernet(
    "b",
    "a",
    0x0800,
    ipv4(
      [
        ...Buffer.from([3, 232, 7, 208, 0, 0, 0, sequence, 0, 0, 0, 9, 0x50, 0x18, 1, 0, 0, 0, 0, 0]),
        ...Buffer.from("a\r\nb"),
      ],
      { protocol: 6 },
    ),
  ),
);
const file = join(temporaryDirectory(), "packets.pcap");
writeFileSync(file, pcapOf([ethernet("b", "a", 0x0800, ipv4(udp(1000, 2000))), ...segments]));

function tcpdump(options: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync("tcpdump", options, { encoding: "utf8" });
}

describe("options of tcpdump, compared with tcpdump", { skip: noTcpdump }, () => {
  for (const options of [
    ["-A"],
    ["-AA"],
    ["-Axv"],
    ["-xX"],
    ["-XX", "-A"],
    ["-#"],
    ["--number", "-e"],
    ["-vK"],
    ["--dont-verify-checksums", "-vv"],
    ["-S"],
    ["--absolute-tcp-sequence-numbers"],
    ["--nano", "--micro"],
    ["--micro", "--nano"],
    ["--nano", "--time-stamp-precision=micro"],
    ["--time-stamp-precision", "nano"],
    ["-N", "-H"],
    ["-NHO#", "tcp"],
    ["--no-optimize", "udp"],
  ])
    it(`prints the same lines with ${options.join(" ")}`, () => {
      const peer = tcpdump(["-n", "-r", file, ...options]);
      assert.equal(peer.status, 0, peer.stderr);
      const { status, stdout } = promisc(["capture", "-n", "-r", file, ...options]);
      assert.deepEqual({ status, stdout }, { status: 0, stdout: peer.stdout });
    });

  for (const options of [
    ["-d", "-O"],
    ["-ddd", "--no-optimize"],
    ["-O", "-d", "-s", "100"],
  ])
    it(`prints the same program with ${options.join(" ")}`, () => {
      const expression = "tcp port 80 and not host 10.0.0.1";
      const peer = tcpdump([...options, expression]);
      assert.equal(promisc(["capture", ...options, expression]).stdout, peer.stdout);
      assert.notEqual(promisc(["capture", "-d", expression]).stdout, peer.stdout);
    });

  it("refuses an unknown precision, and names those that there are", () =>
    assert.equal(
      promisc(["capture", "--time-stamp-precision=milli"]).stderr,
      "promisc: cannot capture: there is no time stamp precision milli\nprecisions: micro, nano\n",
    ));
});
