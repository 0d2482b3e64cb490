import { checkOptions, type OptionKinds } from "../../check-options.js";
import { usageError } from "../../errors.js";
import { ETH_DATA_LEN, ETH_ZLEN, ETHERNET_SIZE } from "../../wire/packet/link/ethernet.js";
import type { LoadTarget } from "./result.js";

const ROUNDS = 20;
/** Frames per second. */
const RATE = 5000;

const MOST_ROUNDS = 100;
const MOST_RATE = 20_000;
const LARGEST_FRAME = ETHERNET_SIZE + ETH_DATA_LEN;
/** Bits per second. A network of a hundred times this speed hardly notices it. */
const MOST_BITS = 100_000_000;
const MOST_TARGETS = 64;

/** Milliseconds at the beginning of a block in which nothing is measured, so that queues can fill or empty. */
export const SETTLE_MS = 100;
/** Milliseconds in which echo requests are sent. */
export const MEASURE_MS = 400;
/** Echo requests to each target in each block. */
export const REQUESTS = 10;
/** Milliseconds after which an echo request is lost. */
export const PATIENCE_MS = 1000;

export interface LoadOptions {
  /** The interface through which the targets are reached. */
  readonly interface: string;
  /**
   * 1 to 64 hosts of that link. If there are several, each is a control for the others; with one alone nothing can be
   * concluded.
   */
  readonly targets: readonly LoadTarget[];
  /** The number of rounds, each with a block under load and one without: 1 to 100. Defaults to 20. */
  readonly rounds?: number;
  /** Frames per second under load: 1 to 20,000. Defaults to 5,000. */
  readonly rate?: number;
  /** The size of these frames in bytes, without the frame check sequence: 60 to 1514. Defaults to 60. */
  readonly frameSize?: number;
  /** Ends the test at once, without a result. */
  readonly signal?: AbortSignal;
}

export const loadOptions: OptionKinds<LoadOptions> = {
  interface: "string",
  targets: "list",
  rounds: "number?",
  rate: "number?",
  frameSize: "number?",
  signal: "signal?",
};

/** The most that a test sends, and how long it takes. */
export interface LoadPlan {
  readonly rounds: number;
  /** Frames per second and bytes per frame in a block under load. */
  readonly rate: number;
  readonly frameSize: number;
  readonly targets: number;
  /** Frames in a block under load. */
  readonly framesABlock: number;
  /** Load frames in all. */
  readonly frames: number;
  /** Echo requests in all. */
  readonly requests: number;
  /** The seconds that the whole test takes, and for how many of them there is load. */
  readonly seconds: number;
  readonly loadedSeconds: number;
}

/**
 * Plans a test.
 * @throws PromiscError `usage` if an option is out of bounds
 */
export function planLoad(options: LoadOptions): LoadPlan {
  const { rounds = ROUNDS, rate = RATE, frameSize = ETH_ZLEN } = options;
  const targets = options.targets.length;
  within("rounds", rounds, 1, MOST_ROUNDS);
  within("frames per second", rate, 1, MOST_RATE);
  within("bytes per frame", frameSize, ETH_ZLEN, LARGEST_FRAME);
  within("targets", targets, 1, MOST_TARGETS);
  if (rate * frameSize * 8 > MOST_BITS)
    throw usageError(
      LOAD_OPERATION,
      `${rate} frames of ${frameSize} bytes per second are more than ${MOST_BITS / 1e6} Mbit/s`,
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
    // Each target gets one more request before the first round.
    requests: targets * (1 + 2 * rounds * REQUESTS),
    seconds: 2 * rounds * blockSeconds + (2 * PATIENCE_MS) / 1000,
    loadedSeconds: rounds * blockSeconds,
  };
}

function within(what: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw usageError(LOAD_OPERATION, `${value} ${what}`, `give ${least} to ${most}`);
}

/** The operation that errors of this test name. */
export const LOAD_OPERATION = "test hosts under load";

/**
 * Describes what a load test with these options would send, for the person who is asked to agree to it.
 * @throws PromiscError `usage` if an option is out of bounds
 */
export function describeLoad(options: LoadOptions): string {
  checkOptions("describeLoad", options, loadOptions);
  const { rounds, rate, frameSize, targets, frames, requests, seconds, loadedSeconds } = planLoad(options);
  const number = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 1 });
  const megabits = number((rate * frameSize * 8) / 1e6);
  const megabytes = number((frames * frameSize) / 1e6);
  const count = (value: number, what: string): string => `${number(value)} ${what}${value === 1 ? "" : "s"}`;
  return (
    `Sends up to ${count(rate, "frame")} per second, of ${number(frameSize)} bytes each, through ${options.interface} (${megabits} Mbit/s) ` +
    `to an address that nobody has, which a switch passes to every host, for ${count(loadedSeconds, "second")} ` +
    `in ${count(rounds, "block")}: ${count(frames, "frame")}, ${megabytes} MB; ` +
    `and ${count(requests, "echo request")} to ${count(targets, "host")}; ` +
    `takes about ${count(Math.ceil(seconds), "second")}.`
  );
}
