import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { readCapture } from "../../../src/capture/file/read/read-capture.js";
import type { Packet } from "../../../src/capture/packet.js";

/** Makes a directory that is removed after the tests of the file or suite that called this. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), "promisc-test-"));
  after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A packet in a form that tests can compare. */
export interface Kept {
  time: string;
  length: number;
  interfaceId: number;
  packetType: number;
  data: string;
}

export function keep(packet: Packet): Kept {
  const { bytes, start, capturedLength, length, seconds, nanoseconds, interfaceId, packetType } = packet;
  return {
    time: `${seconds}.${String(nanoseconds).padStart(9, "0")}`,
    length,
    interfaceId,
    packetType,
    data: Buffer.from(bytes.subarray(start, start + capturedLength)).toString("hex"),
  };
}

/** Reads everything in a capture file. `error` is the error that reading ended with. */
export async function readAll(file: string | number): Promise<{
  packets: Kept[];
  interfaces: { name: string | undefined; linkType: number; snapLength: number }[];
  error: unknown;
}> {
  const packets: Kept[] = [];
  const reader = await readCapture(file);
  let error: unknown;
  try {
    for await (const batch of reader) while (batch.next()) packets.push(keep(batch.packet));
  } catch (thrown) {
    error = thrown;
  }
  const interfaces = reader.interfaces.map(({ name, linkType, snapLength }) => ({
    name,
    linkType,
    snapLength,
  }));
  return { packets, interfaces, error };
}

/**
 * Returns frame number `index` of a series of Ethernet frames of all lengths, with an ethertype that nothing dissects.
 */
export function frame(index: number): Packet {
  const capturedLength = 14 + ((index * 37) % 1487);
  const bytes = new Uint8Array(capturedLength + 7).fill(index & 0xff);
  bytes.set([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5], 7);
  return {
    bytes,
    start: 7,
    capturedLength,
    length: capturedLength + (index % 3 === 0 ? 100 : 0),
    seconds: 1_700_000_000 + Math.floor(index / 10),
    nanoseconds: (index * 123_456_789) % 1_000_000_000,
    interfaceId: 0,
    packetType: -1,
  };
}
