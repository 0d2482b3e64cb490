import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { dissect } from "../../src/wire/packet/dissect/dissect.js";
import type { Layer } from "../../src/wire/packet/dissect/layer.js";
import { spawnSync } from "../support/process/child-process.js";
import { lacking } from "../support/process/peer.js";
import { goldenPackets } from "../support/wire/golden/packets/all.js";
import type { GoldenPacket } from "../support/wire/golden/packets/packet.js";
import { tsharkFields } from "../support/wire/tshark/tshark-fields.js";

/** Returns a capture file of packets of one link type (https://www.tcpdump.org/manpages/pcap-savefile.5.txt). */
function captureFile(linkType: number, packets: readonly GoldenPacket[]): Uint8Array {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(0xffff, 16);
  header.writeUInt32LE(linkType, 20);
  const records = packets.flatMap(({ bytes }) => {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(bytes.length, 8);
    record.writeUInt32LE(bytes.length, 12);
    return [record, bytes];
  });
  return Buffer.concat([header, ...records]);
}

const preferences = [
  ...["ip", "tcp", "udp"].map((protocol) => `${protocol}.check_checksum:TRUE`),
  ...["ip", "ipv6"].map((protocol) => `${protocol}.defragment:FALSE`),
].flatMap((preference) => ["-o", preference]);
const SEPARATOR = "\x1f";

type Values = Readonly<Record<string, readonly string[]>>;

/** Returns tshark's values for packets of one link type: for each packet the values of each field, in their order. */
function ask(linkType: number, packets: readonly GoldenPacket[]): Values[] {
  const directory = mkdtempSync(join(tmpdir(), "promisc-tshark-"));
  try {
    const path = join(directory, "packets.pcap");
    writeFileSync(path, captureFile(linkType, packets));
    const names = Object.keys(tsharkFields);
    const output = ["-T", "fields", "-E", `aggregator=${SEPARATOR}`, "-E", "separator=|"];
    const { stdout, stderr, status } = spawnSync(
      "tshark",
      ["-n", "-r", path, ...output, ...preferences, ...names.flatMap((name) => ["-e", name])],
      { encoding: "utf8" },
    );
    assert.equal(status, 0, stderr);
    return stdout
      .trimEnd()
      .split("\n")
      .map((line) => {
        const columns = line.split("|");
        return Object.fromEntries(
          names.map((name, index) => [
            name,
            (columns[index] ?? "").split(SEPARATOR).filter(Boolean).map(normal),
          ]),
        );
      });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Converts numbers to decimal and truth values to 1 and 0, because versions of tshark print them differently. */
function normal(text: string): string {
  if (text === "True") return "1";
  if (text === "False") return "0";
  return /^0x[0-9a-f]+$/i.test(text) ? String(Number(text)) : text;
}

/** Returns the values of the same fields from our layers. */
function say(layers: readonly Layer[]): Values {
  const all = flat(layers);
  return Object.fromEntries(
    Object.entries(tsharkFields).map(([name, values]) => [
      name,
      all.flatMap((layer) => values(layer).map(text)),
    ]),
  );
}

function text(value: string | number | boolean): string {
  return typeof value === "boolean" ? String(Number(value)) : String(value);
}

/** Puts the layers of an ICMP error's original packet behind it, as tshark does. */
function flat(layers: readonly Layer[]): Layer[] {
  return layers.flatMap((layer) => [layer, ...("original" in layer ? flat(layer.original ?? []) : [])]);
}

/** tshark doesn't verify checksums of packets within an ICMPv6 error, even if they are complete. */
const known: Readonly<Record<string, readonly string[]>> = {
  "parameter problem": ["icmpv6.checksum.status"],
};

describe("the dissector compared with tshark", { skip: lacking("tshark") }, () => {
  const said = new Set<string>();

  for (const linkType of new Set(goldenPackets.map((packet) => packet.linkType))) {
    it(`gives the same fields for packets of link type ${linkType}`, async (test) => {
      const packets = goldenPackets.filter((packet) => packet.linkType === linkType);
      const answers = ask(linkType, packets);
      assert.equal(answers.length, packets.length);
      for (const [index, { name, bytes }] of packets.entries()) {
        const expected = answers[index] as Values;
        await test.test(name, () => {
          const ours = say(dissect(bytes, linkType));
          // Only differences are printed, because all values would be too long.
          const differing = Object.keys(expected).filter(
            (field) => !known[name]?.includes(field) && !isDeepStrictEqual(ours[field], expected[field]),
          );
          const of = (values: Values) => differing.map((field) => [field, values[field]]);
          assert.deepEqual(of(ours), of(expected));
        });
        for (const [field, values] of Object.entries(expected)) if (values.length > 0) said.add(field);
      }
    });
  }

  it("gives each field for some packet", () =>
    assert.deepEqual(
      Object.keys(tsharkFields).filter((name) => !said.has(name)),
      [],
    ));
});
