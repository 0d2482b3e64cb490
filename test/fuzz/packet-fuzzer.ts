import { writeBe16 } from "../../src/wire/network-order.js";
import { type DissectOptions, dissect } from "../../src/wire/packet/dissect/dissect.js";
import type { Layer } from "../../src/wire/packet/dissect/layer.js";
import { layersToJson } from "../../src/wire/packet/dissect/to-json.js";
import { goldenPackets } from "../support/wire/golden/packets/all.js";
import type { GoldenPacket } from "../support/wire/golden/packets/packet.js";
import { guarded } from "./guarded.js";
import { Random } from "./random.js";
import { same } from "./same.js";
import { Surroundings } from "./surroundings.js";

export interface PacketFuzzing {
  readonly inputs: number;
  readonly seed: number;
  /** The function under test. Defaults to `dissect`; others are for tests of the fuzzer. */
  readonly target?: typeof dissect;
  readonly onProgress?: (inputs: number) => void;
}

export interface PacketOutcome {
  inputs: number;
  /** The number of packets without a malformed layer. */
  accepted: number;
  malformed: number;
  seconds: number;
  failure?: { readonly reason: string; readonly input: Uint8Array };
}

const LONGEST = 2048;
/** An input that takes longer counts as a hang. */
const TOO_LONG_MS = 100;
/** One in this many inputs is read with every access checked, which is slow. */
const GUARDED_SHARE = 64;
const PROGRESS_SHARE = 50_000;
/** The limit of dissect(), plus the data and trailers behind it. */
const MOST_LAYERS = 128;

const bytes = [0x00, 0x01, 0x03, 0x04, 0x06, 0x3a, 0x45, 0x60, 0x7f, 0x80, 0xc0, 0xff];
const words = [0, 1, 3, 4, 7, 8, 0x0800, 0x0806, 0x8100, 0x86dd, 0x88cc, 0x7fff, 0x8000, 0xc00c, 0xffff];

const mutations: readonly ((input: Uint8Array, random: Random) => Uint8Array)[] = [
  (input, random) => {
    const at = random.below(input.length);
    input[at] = (input[at] as number) ^ (1 << random.below(8));
    return input;
  },
  (input, random) => {
    input[random.below(input.length)] = random.pick(bytes);
    return input;
  },
  // Writes a length that is nearly right.
  (input, random) => {
    const at = random.below(input.length);
    input[at] = (input[at] as number) + random.below(9) - 4;
    return input;
  },
  (input, random) => {
    writeBe16(input, random.below(input.length - 1), random.pick(words));
    return input;
  },
  (input, random) => input.subarray(0, 2 + random.below(input.length - 1)),
  (input, random) => {
    const start = random.below(input.length);
    return Uint8Array.of(...input, ...input.subarray(start, start + random.below(200)));
  },
  (input, random) => {
    const { bytes: donor } = random.pick(goldenPackets);
    return Uint8Array.of(...input.subarray(0, 14 + random.below(60)), ...donor.subarray(random.below(60)));
  },
];

function mutated({ bytes }: GoldenPacket, random: Random): Uint8Array {
  let input: Uint8Array = bytes.slice();
  for (let left = 1 + random.below(4); left > 0; left--)
    if (input.length > 2) input = random.pick(mutations)(input, random).slice(0, LONGEST);
  return input;
}

/**
 * Dissects mutated packets, until `dissect` throws, hangs, doesn't end, or gives a result that isn't JSON or that
 * depends on the bytes around the packet.
 */
export function fuzzPackets({ inputs, seed, target = dissect, onProgress }: PacketFuzzing): PacketOutcome {
  const random = new Random(seed);
  const outcome: PacketOutcome = { inputs: 0, accepted: 0, malformed: 0, seconds: 0 };
  const start = performance.now();
  const limit = Error.stackTraceLimit;
  // Recording a stack takes longer than dissecting a packet.
  Error.stackTraceLimit = 0;
  try {
    while (outcome.inputs < inputs) {
      const packet = random.pick(goldenPackets);
      const input = mutated(packet, random);
      // One in four packets was truncated by a capture.
      const options = random.below(4) === 0 ? { length: input.length + random.below(100) } : {};
      const checked = outcome.inputs % GUARDED_SHARE === 0;
      outcome.inputs++;
      const { reason, layers } = attempt(target, input, packet.linkType, options, checked);
      if (reason !== undefined) {
        outcome.failure = { reason, input };
        break;
      }
      if (isMalformed(layers)) outcome.malformed++;
      else outcome.accepted++;
      if (outcome.inputs % PROGRESS_SHARE === 0) onProgress?.(outcome.inputs);
    }
  } finally {
    Error.stackTraceLimit = limit;
  }
  outcome.seconds = (performance.now() - start) / 1000;
  return outcome;
}

const amongZeros = new Surroundings(0x00, LONGEST);
const amongOnes = new Surroundings(0xff, LONGEST);

function attempt(
  target: typeof dissect,
  input: Uint8Array,
  linkType: number,
  options: DissectOptions,
  checked: boolean,
): { reason?: string; layers: readonly Layer[] } {
  let layers: readonly Layer[] = [];
  try {
    const timed = (): number => {
      const start = performance.now();
      layers = target(amongZeros.embed(input), linkType, options);
      return performance.now() - start;
    };
    // Measure twice more before it counts, because the machine may have been busy.
    const milliseconds = timed() > TOO_LONG_MS ? Math.min(timed(), timed()) : 0;
    if (milliseconds > TOO_LONG_MS) return { reason: `takes ${Math.round(milliseconds)} ms`, layers };
    if (layers.length > MOST_LAYERS) return { reason: `${layers.length} layers`, layers };
    const json = layersToJson(layers);
    if (!same(JSON.parse(JSON.stringify(json)), json)) return { reason: "isn't JSON", layers };
    if (!same(layers, target(amongOnes.embed(input), linkType, options)))
      return { reason: "depends on the bytes around the packet, or has undefined in its value", layers };
    if (checked) target(guarded(input), linkType, options);
    return { layers };
  } catch (error) {
    return { reason: `throws ${error}`, layers };
  }
}

function isMalformed(layers: readonly Layer[]): boolean {
  return layers.some(
    (layer) => layer.protocol === "malformed" || ("original" in layer && isMalformed(layer.original ?? [])),
  );
}
