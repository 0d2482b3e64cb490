import { writeU16, writeU32 } from "../../src/wire/bytes.js";
import { align } from "../../src/wire/kernel/netlink/message.js";
import { corpus, type Seed } from "./corpus.js";
import type { Random } from "./random.js";

/** The length of the longest input. */
export const LONGEST = 4096;

const bytes = [0x00, 0x01, 0x03, 0x04, 0x7f, 0x80, 0xc0, 0xff];
const words = [0, 1, 3, 4, 5, 7, 8, 0x10, 0x7fff, 0x8000, 0xfffc, 0xffff];
const longs = [0, 1, 15, 16, 17, 0x7fff_ffff, 0x8000_0000, 0xffff_fffc, 0xffff_ffff];

type Mutation = (input: Uint8Array, random: Random, seed: Seed) => Uint8Array;

/** Makes a mutation of a change in place. An input without bytes stays unchanged. */
function inPlace(change: (input: Uint8Array, random: Random, seed: Seed) => void): Mutation {
  return (input, random, seed) => {
    if (input.length > 4) change(input, random, seed);
    return input;
  };
}

const flipBit = inPlace((input, random) => {
  const at = random.below(input.length);
  input[at] = (input[at] as number) ^ (1 << random.below(8));
});

const setByte = inPlace((input, random) => {
  input[random.below(input.length)] = random.pick(bytes);
});

const setLong = inPlace((input, random) => {
  writeU32(input, random.below((input.length - 4) >> 2) << 2, random.pick(longs));
});

/** Writes a length that is nearly right, or far from it. */
const lieAboutLength = inPlace((input, random, { lengths }) => {
  const at = lengths.length > 0 ? random.pick(lengths) : random.below(input.length - 1);
  if (at + 2 > input.length) return;
  const near = (input[at] as number) + random.below(9) - 4;
  writeU16(input, at, random.below(2) === 0 ? near : random.pick(words));
});

const lieAboutMessage = inPlace((input, random) => {
  writeU32(input, 0, random.below(2) === 0 ? input.length + random.below(9) - 4 : random.pick(longs));
});

const truncate: Mutation = (input, random) => input.slice(0, random.below(input.length + 1));

const duplicate: Mutation = (input, random) => {
  const start = align(random.below(input.length + 1));
  const end = start + align(random.below(64));
  return concatenate(input.subarray(0, end), input.subarray(start));
};

const splice: Mutation = (input, random) => {
  const { bytes: donor } = random.pick(corpus);
  const start = align(random.below(donor.length));
  return concatenate(input.subarray(0, align(random.below(input.length + 1))), donor.subarray(start));
};

const append: Mutation = (input, random) => concatenate(input, random.pick(corpus).bytes);

function concatenate(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

const mutations: readonly Mutation[] = [
  flipBit,
  setByte,
  setLong,
  lieAboutLength,
  lieAboutLength,
  lieAboutMessage,
  truncate,
  duplicate,
  splice,
  append,
];

/** Returns a message of the corpus with up to four changes. */
export function mutated(seed: Seed, random: Random): Uint8Array {
  let input: Uint8Array = seed.bytes.slice();
  for (let left = 1 + random.below(4); left > 0; left--)
    input = random.pick(mutations)(input, random, seed).subarray(0, LONGEST);
  // The header is mostly corrected, because otherwise few inputs would get past it.
  if (input.length >= 4 && random.below(4) > 0) writeU32(input, 0, input.length);
  return input;
}
