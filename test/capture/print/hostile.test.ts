import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import type { Packet } from "../../../src/capture/packet.js";
import { LineWriter } from "../../../src/capture/print/line-writer.js";
import { defaultPrintOptions } from "../../../src/capture/print/options.js";
import { LinePrinter } from "../../../src/capture/print/printer.js";

const captures = fileURLToPath(new URL("../../../../test/support/capture/captures/", import.meta.url));

function framesOf(name: string): Buffer[] {
  const bytes = readFileSync(`${captures}${name}.pcap`);
  const frames: Buffer[] = [];
  for (let at = 24; at < bytes.length; at += 16 + bytes.readUInt32LE(at + 8))
    frames.push(bytes.subarray(at + 16, at + 16 + bytes.readUInt32LE(at + 8)));
  return frames;
}

const frames = [...framesOf("transport"), ...framesOf("applications"), ...framesOf("spanning-tree")];

/** Returns a generator (mulberry32) that gives the same numbers in each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

describe("printing packets that nobody should send", () => {
  for (const verbose of [0, 3])
    it(`writes printable ASCII only, and ends, at verbosity ${verbose}`, () => {
      const random = numbers(verbose + 1);
      const printer = new LinePrinter({ ...defaultPrintOptions, verbose, link: verbose > 0 });
      const out = new LineWriter();
      for (let round = 0; round < 30_000; round++) {
        const frame = Buffer.from(frames[random(frames.length)] as Buffer);
        for (let change = random(4); change >= 0; change--)
          if (frame.length > 0) frame[random(frame.length)] = random(256);
        // Bytes after the packet must not be read.
        const bytes = Buffer.concat([frame, Buffer.alloc(64, 0xa5)]);
        const packet: Packet = {
          bytes,
          start: 0,
          capturedLength: random(8) === 0 ? random(frame.length + 1) : frame.length,
          length: frame.length,
          seconds: 1_700_000_000,
          nanoseconds: round,
          interfaceId: 0,
          packetType: -1,
        };
        out.clear();
        printer.print(packet, [1, 1, 1, 101, 113, 276, 0, 108, 9][random(9)] as number, out);
        const text = out.written();
        assert.equal(text.at(-1), 0x0a);
        assert.ok(text.length < 20_000, `${text.length} characters of ${frame.toString("hex")}`);
        for (const byte of text)
          if ((byte < 0x20 && byte !== 0x0a && byte !== 0x09) || byte > 0x7e)
            assert.fail(`byte ${byte} of ${frame.toString("hex")}: ${text.toString("latin1")}`);
      }
    });
});
