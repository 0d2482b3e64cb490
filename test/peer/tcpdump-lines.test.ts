import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { spawnSync } from "../support/process/child-process.js";
import { noTcpdump } from "../support/process/holding-processes.js";
import { promisc } from "../support/process/program.js";

/** Captures that captures/make.py makes. */
const captures = fileURLToPath(new URL("../../../test/support/capture/captures/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "promisc-lines-"));
after(() => rmSync(folder, { recursive: true }));

/** A zone with summer time, and half an hour off. */
const env = { ...process.env, TZ: "Australia/Lord_Howe" };

function lines(command: "tcpdump" | "promisc", file: string, options: readonly string[]): string[] {
  const { stdout } =
    command === "tcpdump"
      ? spawnSync("tcpdump", ["-n", "-r", file, ...options], { encoding: "utf8", env })
      : promisc(["capture", "-n", "-r", file, ...options], { env });
  return stdout.split("\n");
}

/** How many of tcpdump's lines promisc doesn't print in the same order. */
function differing(file: string, ...options: string[]): string[] {
  const wanted = lines("tcpdump", file, options);
  const got = lines("promisc", file, options);
  assert.ok(wanted.length > 8);
  return wanted.filter((line, at) => line !== got[at] && !got.includes(line));
}

/** The first bytes of each packet, as a capture with `-s` would have had. */
function cutTo(snapLength: number, file: string): string {
  const bytes = readFileSync(file);
  const out = [bytes.subarray(0, 24)];
  for (let at = 24; at < bytes.length; ) {
    const length = bytes.readUInt32LE(at + 8);
    const header = Buffer.from(bytes.subarray(at, at + 16));
    header.writeUInt32LE(Math.min(length, snapLength), 8);
    out.push(header, bytes.subarray(at + 16, at + 16 + Math.min(length, snapLength)));
    at += 16 + length;
  }
  const path = join(folder, "cut.pcap");
  writeFileSync(path, Buffer.concat(out));
  return path;
}

describe("lines are tcpdump's", { skip: noTcpdump }, () => {
  const exact = [
    [],
    ["-q"],
    ["-S"],
    ["-X"],
    ["-xx"],
    ["-XX"],
    ["-t"],
    ["-tt"],
    ["-ttt"],
    ["-tttt"],
    ["-ttttt"],
    ["--nano"],
    ["-e"],
  ];
  for (const options of exact)
    for (const name of ["transport", "applications", "spanning-tree"])
      it(`${name} ${options.join(" ")}`, () => {
        // docs/capture-lines.md lists what differs: a bridge's message with -e, and where -X begins in a packet cut short.
        const allowed =
          name === "spanning-tree" && /e/.test(options.join()) ? 1 : options[0] === "-X" ? 5 : 0;
        const found = differing(join(captures, `${name}.pcap`), ...options);
        assert.ok(found.length <= allowed, found.join("\n"));
      });

  it("with -v, but for the options listed in docs/capture-lines.md", () => {
    assert.ok(differing(join(captures, "transport.pcap"), "-v").length <= 7);
    assert.ok(differing(join(captures, "applications.pcap"), "-v").length <= 11);
    assert.deepEqual(differing(join(captures, "spanning-tree.pcap"), "-v"), []);
  });

  for (const snapLength of [15, 20, 34, 46, 53])
    it(`of packets cut to ${snapLength} bytes, nearly all`, () => {
      assert.deepEqual(differing(cutTo(snapLength, join(captures, "applications.pcap"))), []);
      const found = differing(cutTo(snapLength, join(captures, "transport.pcap")));
      assert.ok(found.length <= 33, `${found.length}: ${found.slice(0, 5).join("\n")}`);
    });
});
