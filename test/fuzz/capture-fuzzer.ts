import { PcapDecoder } from "../../src/capture/file/read/pcap-decoder.js";
import { PcapngDecoder } from "../../src/capture/file/read/pcapng-decoder.js";
import { ReadBuffer } from "../../src/capture/file/read/read-buffer.js";
import { PromiscError } from "../../src/errors.js";
import { readInterfaceStatistics } from "../../src/wire/file/pcapng/interface-statistics.js";
import { readNameResolution } from "../../src/wire/file/pcapng/name-resolution.js";
import { isPcapng } from "../../src/wire/file/pcapng/section-header.js";
import { keep } from "../support/capture/capture-files.js";
import { captures } from "./capture-corpus.js";
import type { Fuzzing, Outcome } from "./netlink-fuzzer.js";
import { Random } from "./random.js";

const LONGEST = 4096;
/** An input that takes longer counts as a hang. */
const TOO_LONG_MS = 100;
const PROGRESS_SHARE = 50_000;
/** The longest block, and what is read beyond it. */
const LARGEST_BUFFER = (1 << 24) + (1 << 20);
const longs = [
  0, 1, 2, 3, 5, 6, 11, 12, 16, 28, 32, 0x00fffffc, 0x01000000, 0x7fffffff, 0x80000000, 0xffffffff,
];

/** Returns a capture of the corpus with up to six changes. */
function mutatedCapture(random: Random): Uint8Array {
  let input: Uint8Array = random.pick(captures).slice();
  for (let left = 1 + random.below(6); left > 0; left--) input = mutate(input, random).subarray(0, LONGEST);
  return input;
}

function mutate(input: Uint8Array, random: Random): Uint8Array {
  const at = random.below(input.length + 1);
  const words = Math.max(1, input.length >> 2);
  const word = random.below(words) * 4;
  const view = Buffer.from(input);
  switch (random.below(8)) {
    case 0:
      view[at] = (view[at] ?? 0) ^ (1 << random.below(8));
      return view;
    case 1:
    case 2: {
      if (word + 4 > view.length) return view;
      const near = view.readUInt32LE(word) + random.below(17) - 8;
      const value = random.below(2) === 0 ? random.pick(longs) : near >>> 0;
      if (random.below(4) > 0) view.writeUInt32LE(value, word);
      else view.writeUInt32BE(value, word);
      return view;
    }
    case 3:
      return view.subarray(0, at);
    case 4:
      return Buffer.concat([view.subarray(0, word), view.subarray(random.below(words) * 4)]);
    case 5: {
      const donor = random.pick(captures);
      return Buffer.concat([view.subarray(0, word), donor.subarray(random.below(donor.length >> 2) * 4)]);
    }
    case 6:
      return Buffer.concat([view, random.pick(captures)]);
    default:
      return repairLengths(view);
  }
}

/** Sets the blocks' trailing lengths to those before them. Otherwise few changed lengths would be accepted. */
function repairLengths(input: Buffer): Buffer {
  if (!isPcapng(input, 0, input.length) || input.length < 12) return input;
  const little = input[8] === 0x4d;
  const read = (at: number) => (little ? input.readUInt32LE(at) : input.readUInt32BE(at));
  for (let at = 0; at + 12 <= input.length; ) {
    const length = read(at + 4);
    if (length < 12 || at + length > input.length) break;
    input.copy(input, at + length - 4, at + 4, at + 8);
    at += length;
  }
  return input;
}

/** The result of an input: its packets, and the error at the end. */
interface CaptureResult {
  readonly packets: readonly unknown[];
  readonly blocks: readonly string[];
  readonly end: string;
}

/**
 * Reads an input in pieces of at most `piece` bytes.
 * @throws any error other than malformed input, and an error if the decoder needs no more input but doesn't advance, or
 * takes too much memory
 */
export function decodeCapture(input: Uint8Array, piece: number): CaptureResult {
  let at = 0;
  const read = (into: Buffer, start: number, end: number) => {
    const count = Math.min(piece, end - start, input.length - at);
    into.set(input.subarray(at, at + count), start);
    at += count;
    return count;
  };
  const buffer = new ReadBuffer({ read, close() {} }, false);
  const packets: unknown[] = [];
  const blocks: string[] = [];
  const end = (text: string): CaptureResult => ({ packets, blocks, end: text });
  while (buffer.end < 24 && buffer.fill(24) !== 0);
  try {
    const decoder = isPcapng(buffer.bytes, 0, buffer.end)
      ? new PcapngDecoder(buffer)
      : new PcapDecoder(buffer);
    if (decoder instanceof PcapngDecoder)
      decoder.onBlock = (block) => {
        for (const readBlock of [readNameResolution, readInterfaceStatistics])
          blocks.push(`${block.type} ${orMalformed(() => readBlock(block))}`);
      };
    for (;;) {
      while (decoder.next()) {
        const { packet, recordStart, recordEnd } = decoder;
        const within = packet.start >= recordStart && packet.start + packet.capturedLength <= recordEnd;
        const timed =
          Number.isSafeInteger(packet.seconds) && packet.nanoseconds >= 0 && packet.nanoseconds < 1e9;
        if (!within || recordEnd > buffer.end || !timed)
          throw new Error(`packet ${JSON.stringify(keep(packet))}`);
        packets.push(keep(packet));
      }
      if (decoder.failure) return end(decoder.failure.message);
      const available = buffer.end - buffer.start;
      if (decoder.needed <= available) throw new Error(`needs ${decoder.needed} of ${available} bytes`);
      if (buffer.fill(decoder.needed) === 0)
        return end(available > 0 ? decoder.truncation(available) : "end");
      if (buffer.bytes.length > LARGEST_BUFFER) throw new Error(`a buffer of ${buffer.bytes.length} bytes`);
    }
  } catch (error) {
    if (error instanceof PromiscError && error.code === "malformed") return end(error.message);
    throw error;
  }
}

function orMalformed(read: () => unknown): string {
  try {
    return JSON.stringify(read(), (_key, value) => (typeof value === "bigint" ? `${value}` : value));
  } catch (error) {
    if (error instanceof PromiscError && error.code === "malformed") return error.message;
    throw error;
  }
}

/**
 * Returns why an input isn't read alike in one piece and in small ones, or isn't read quickly. Returns undefined if it
 * is.
 */
function failureOf(input: Uint8Array, whole: () => CaptureResult, piece: number): string | undefined {
  const start = performance.now();
  const result = whole();
  const milliseconds = performance.now() - start;
  if (JSON.stringify(result) !== JSON.stringify(decodeCapture(input, piece)))
    return `depends on the pieces, of ${piece} bytes`;
  // Measure a second time before it counts, because the machine may have been busy.
  if (milliseconds <= TOO_LONG_MS) return undefined;
  const again = performance.now();
  whole();
  const second = performance.now() - again;
  return second > TOO_LONG_MS ? `takes ${Math.round(second)} ms` : undefined;
}

/** Reads mutated captures until one is neither read nor reported as malformed. */
export function fuzzCaptures({ inputs, seed, onProgress }: Omit<Fuzzing, "readers">): Outcome {
  const random = new Random(seed);
  const outcome: Outcome = { inputs: 0, accepted: 0, malformed: 0, seconds: 0 };
  const start = performance.now();
  const limit = Error.stackTraceLimit;
  // Recording a stack takes longer than reading a capture.
  Error.stackTraceLimit = 0;
  try {
    while (outcome.inputs < inputs && !outcome.failure) {
      const input = mutatedCapture(random);
      outcome.inputs++;
      let end = "";
      const whole = () => {
        const result = decodeCapture(input, LONGEST);
        end = result.end;
        return result;
      };
      try {
        const reason = failureOf(input, whole, 1 + random.below(64));
        if (reason !== undefined) outcome.failure = { reason, input };
      } catch (error) {
        outcome.failure = { reason: `${error}`, input };
      }
      if (end === "end") outcome.accepted++;
      else outcome.malformed++;
      if (outcome.inputs % PROGRESS_SHARE === 0) onProgress?.(outcome.inputs);
    }
  } finally {
    Error.stackTraceLimit = limit;
  }
  outcome.seconds = (performance.now() - start) / 1000;
  return outcome;
}
