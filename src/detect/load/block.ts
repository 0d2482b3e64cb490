import { randomInt } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { PacketSender } from "../../linux/packet/packet-send.js";
import { FrameAllowance } from "../frame-allowance.js";
import type { BlockSample, EchoExchange } from "./echo-exchange.js";
import type { EchoPath } from "./echo-frame.js";
import { type LoadPlan, MEASURE_MS, REQUESTS, SETTLE_MS } from "./plan.js";

/** The interval in milliseconds at which due frames are sent. */
const TICK_MS = 1;

/** The senders that exist as long as the test lasts. */
export interface Senders {
  readonly exchange: EchoExchange;
  readonly load: Pick<PacketSender, "trySend">;
  readonly frame: Uint8Array;
}

/** The path to a target, and the sample that counts its answers in this block. */
export interface BlockTarget {
  readonly path: EchoPath;
  readonly sample: BlockSample;
}

/**
 * Runs one block, with or without load. Each target gets its echo requests in equal spans of time, each at a random
 * moment of its span.
 * @returns how many load frames were sent
 */
export async function runBlock(
  { exchange, load, frame }: Senders,
  targets: readonly BlockTarget[],
  plan: Pick<LoadPlan, "rate" | "framesABlock">,
  isLoaded: boolean,
  signal: AbortSignal | undefined,
): Promise<number> {
  const start = performance.now();
  const pacer = new Pacer(plan.rate, isLoaded ? plan.framesABlock : 0, start);
  const schedule = scheduleOf(targets);
  let next = 0;
  let sent = 0;
  for (;;) {
    const now = performance.now();
    const elapsed = now - start;
    if (signal?.aborted) return sent;
    for (let due = pacer.due(now); due > 0; due--) if (load.trySend(frame)) sent++;
    for (let request = schedule[next]; request && request.at <= elapsed; request = schedule[++next])
      exchange.send(request.target.path, request.target.sample, now);
    if (elapsed >= SETTLE_MS + MEASURE_MS) return sent;
    await setTimeout(TICK_MS);
  }
}

interface ScheduledRequest {
  /** Milliseconds since the beginning of the block. */
  readonly at: number;
  readonly target: BlockTarget;
}

function scheduleOf(targets: readonly BlockTarget[]): ScheduledRequest[] {
  const span = (MEASURE_MS * 1000) / REQUESTS;
  const requests = targets.flatMap((target) =>
    Array.from({ length: REQUESTS }, (_, index) => ({
      at: SETTLE_MS + (index * span + randomInt(span)) / 1000,
      target,
    })),
  );
  return requests.sort((first, second) => first.at - second.at);
}

/** Decides how many of a number of frames are due, by a {@link FrameAllowance}. */
export class Pacer {
  readonly #allowance: FrameAllowance;
  #left: number;

  /**
   * @param rate frames per second
   * @param limit the number of frames in all
   * @param now milliseconds of any clock that doesn't go back
   */
  constructor(rate: number, limit: number, now: number) {
    this.#allowance = new FrameAllowance(rate, now);
    this.#left = limit;
  }

  /** Returns how many frames to send now, and counts them as sent. */
  due(now: number): number {
    const count = Math.min(this.#left, Math.floor(this.#allowance.at(now)));
    this.#allowance.use(count);
    this.#left -= count;
    return count;
  }
}
