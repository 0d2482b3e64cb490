import { PromiscError } from "../../src/errors.js";
import { type NetlinkMessage, readMessages } from "../../src/wire/kernel/netlink/message.js";
import { corpus } from "./corpus.js";
import { guarded } from "./guarded.js";
import { LONGEST, mutated } from "./mutate.js";
import { Random } from "./random.js";
import { readers as allReaders, type Reader } from "./readers.js";
import { same } from "./same.js";
import { Surroundings } from "./surroundings.js";

export interface Fuzzing {
  readonly inputs: number;
  readonly seed: number;
  readonly readers?: readonly Reader[];
  /** Called occasionally with the number of inputs that were tried. */
  readonly onProgress?: (inputs: number) => void;
}

export interface Failure {
  /** What was read, and the result. */
  readonly reason: string;
  readonly input: Uint8Array;
}

export interface Outcome {
  inputs: number;
  /** The number of inputs that the reader of their kind accepted. */
  accepted: number;
  /** The number of inputs that are malformed for the reader of their kind, or that aren't messages. */
  malformed: number;
  seconds: number;
  failure?: Failure;
}

/** An input that takes longer counts as a hang. */
const TOO_LONG_MS = 100;

/** One in this many inputs is read with every access checked, which is slow. */
const GUARDED_SHARE = 64;

const PROGRESS_SHARE = 50_000;

/**
 * Reads mutated messages of a real kernel with every reader, until one does something else than return a value or throw
 * a PromiscError with the code `malformed`: another exception, a hang, or a result that depends on the bytes around the
 * input.
 */
export function fuzz({ inputs, seed, readers = allReaders, onProgress }: Fuzzing): Outcome {
  const random = new Random(seed);
  const outcome: Outcome = { inputs: 0, accepted: 0, malformed: 0, seconds: 0 };
  const start = performance.now();
  const limit = Error.stackTraceLimit;
  // Recording a stack takes longer than reading a message.
  Error.stackTraceLimit = 0;
  try {
    while (outcome.inputs < inputs) {
      const from = random.pick(corpus);
      const input = mutated(from, random);
      const { results, failure } = attempt(input, readers, outcome.inputs % GUARDED_SHARE === 0);
      outcome.inputs++;
      if (failure !== undefined) {
        outcome.failure = { reason: failure, input };
        break;
      }
      if (accepted(results, from.reader)) outcome.accepted++;
      else outcome.malformed++;
      if (outcome.inputs % PROGRESS_SHARE === 0) onProgress?.(outcome.inputs);
    }
  } finally {
    Error.stackTraceLimit = limit;
  }
  outcome.seconds = (performance.now() - start) / 1000;
  return outcome;
}

/** A value, or an error's message. */
interface Result {
  readonly reader: string;
  readonly value?: unknown;
  readonly malformed?: string;
}

function accepted(results: Result[], reader: string): boolean {
  const own = results.filter((result) => result.reader === reader);
  return own.length > 0 && own.every(({ malformed }) => malformed === undefined);
}

function attempt(
  input: Uint8Array,
  readers: readonly Reader[],
  checked: boolean,
): { results: Result[]; failure?: string } {
  try {
    const [results, milliseconds] = timed(() => read(amongZeros.embed(input), readers));
    // Measure a second time before it counts, because the machine may have been busy.
    if (milliseconds > TOO_LONG_MS && timed(() => read(input, readers))[1] > TOO_LONG_MS)
      return { results, failure: `takes ${Math.round(milliseconds)} ms` };
    const others = read(amongOnes.embed(input), readers);
    if (!same(results, others)) return { results, failure: difference(results, others) };
    if (checked) read(guarded(input), readers);
    return { results };
  } catch (error) {
    return { results: [], failure: `${error}` };
  }
}

function timed<Value>(run: () => Value): [Value, milliseconds: number] {
  const start = performance.now();
  return [run(), performance.now() - start];
}

function difference(a: Result[], b: Result[]): string {
  const at = a.findIndex((result, index) => !same(result, b[index]));
  return `${a[at]?.reader ?? "readMessages"} depends on the bytes around the input, or has undefined in its value`;
}

/**
 * Reads an input with all readers.
 * @throws any error other than malformed input
 */
function read(input: Uint8Array, readers: readonly Reader[]): Result[] {
  const results: Result[] = [];
  const messages = tryRead("readMessages", () => readMessages(input), results) ?? [];
  for (const message of messages) for (const reader of readers) readOne(reader, message, results);
  return results;
}

function readOne(reader: Reader, message: NetlinkMessage, results: Result[]): void {
  tryRead(reader.name, () => reader.read(message), results);
}

function tryRead<Value>(reader: string, call: () => Value, results: Result[]): Value | undefined {
  try {
    const value = call();
    results.push({ reader, value });
    return value;
  } catch (error) {
    if (!(error instanceof PromiscError && error.code === "malformed"))
      throw new Error(`${reader} throws ${error}`, { cause: error });
    results.push({ reader, malformed: error.message });
    return undefined;
  }
}

const amongZeros = new Surroundings(0x00, LONGEST);
const amongOnes = new Surroundings(0xff, LONGEST);
