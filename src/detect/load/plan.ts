import { usageError } from "../../errors.js";
import { ETH_DATA_LEN, ETH_ZLEN, ETHERNET_SIZE } from "../../wire/packet/link/ethernet.js";
import type { LoadTarget } from "./result.js";

const ROUNDS = 20;
/** Frames a second. */
const RATE = 5000;

const MOST_ROUNDS = 100;
const MOST_RATE = 20_000;
const LARGEST_FRAME = ETHERNET_SIZE + ETH_DATA_LEN;
/** Bits a second: a network of a hundred times that hardly notices. */
const MOST_BITS = 100_000_000;
const MOST_TARGETS = 64;

/** Milliseconds from a block's beginning in which nothing is measured, so that queues fill or empty. */
export const SETTLE_MS = 100;
/** … and those in which echo requests are sent. */
export const MEASURE_MS = 400;
/** Echo requests to each target in each block. */
export const REQUESTS = 10;
/** Milliseconds after which an echo request is lost. */
export const PATIENCE_MS = 1000;

export interface LoadOptions {
  /** The interface by which the targets are reached. */
  readonly interface: string;
  /** 1 to 64 hosts of that link. With several each is the others' control; with one alone nothing can be concluded. */
  readonly targets: readonly LoadTarget[];
  /** Pairs of a block under load and one without: 1 to 100, 20 unless told. */
  readonly rounds?: number;
  /** Frames a second under load: 1 to 20,000, 5,000 unless told. */
  readonly rate?: number;
  /** Bytes of such a frame, without the check sequence: 60 to 1514, 60 unless told. */
  readonly frameSize?: number;
  /** Ends the test at once, without a result. */
  readonly signal?: AbortSignal;
}

/** What a test sends, at most, and how long it takes. */
export interface LoadPlan {
  readonly rounds: number;
  /** Frames a second, and bytes of each, during a loaded block. */
  readonly rate: number;
  readonly frameSize: number;
  readonly targets: number;
  /** Frames in a loaded block. */
  readonly framesABlock: number;
  /** Load frames in all. */
  readonly frames: number;
  /** Echo requests in all. */
  readonly requests: number;
  /** Of the whole test, and of those the ones under load. */
  readonly seconds: number;
  readonly loadedSeconds: number;
}

/** @throws PromiscError `usage` for what is beyond the bounds */
export function planLoad(options: LoadOptions): LoadPlan {
  const { rounds = ROUNDS, rate = RATE, frameSize = ETH_ZLEN } = options;
  const targets = options.targets.length;
  within("rounds", rounds, 1, MOST_ROUNDS);
  within("frames a second", rate, 1, MOST_RATE);
  within("bytes a frame", frameSize, ETH_ZLEN, LARGEST_FRAME);
  within("targets", targets, 1, MOST_TARGETS);
  if (rate * frameSize * 8 > MOST_BITS)
    throw usageError(
      LOAD_OPERATION,
      `${rate} frames of ${frameSize} bytes a second are more than ${MOST_BITS / 1e6} Mbit/s`,
      "send fewer or smaller frames",
    );
  const blockSeconds = (SETTLE_MS + MEASURE_MS) / 1000;
  const framesABlock = Math.max(1, Math.floor(rate * blockSeconds));
  return {
    rounds,
    rate,
    frameSize,
    targets,
    framesABlock,
    frames: rounds * framesABlock,
    // One more to each target before the first round.
    requests: targets * (1 + 2 * rounds * REQUESTS),
    seconds: 2 * rounds * blockSeconds + (2 * PATIENCE_MS) / 1000,
    loadedSeconds: rounds * blockSeconds,
  };
}

function within(what: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw usageError(LOAD_OPERATION, `${value} ${what}`, `give ${least} to ${most}`);
}

/** What the errors of this test say was asked. */
export const LOAD_OPERATION = "test hosts under load";

/**
 * What a load test with these options would send, in words, for whoever is to agree to it.
 * @throws PromiscError `usage` for what is beyond the bounds
 */
export function describeLoad(options: LoadOptions): string {
  const { rounds, rate, frameSize, targets, frames, requests, seconds, loadedSeconds } = planLoad(options);
  const number = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 1 });
  const megabits = number((rate * frameSize * 8) / 1e6);
  const megabytes = number((frames * frameSize) / 1e6);
  const count = (value: number, what: string): string => `${number(value)} ${what}${value === 1 ? "" : "s"}`;
  return (
    `sends by ${options.interface} up to ${count(rate, "frame")} a second of ${number(frameSize)} bytes (${megabits} Mbit/s) ` +
    `to an address that nobody has, which a switch passes to every host, for ${count(loadedSeconds, "second")} ` +
    `in ${count(rounds, "block")}: ${count(frames, "frame")}, ${megabytes} MB; ` +
    `and ${count(requests, "echo request")} to ${count(targets, "host")}; ` +
    `takes about ${count(Math.ceil(seconds), "second")}`
  );
}
