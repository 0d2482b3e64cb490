import { randomInt } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { checkOptions } from "../../check-options.js";
import { usageError } from "../../errors.js";
import { Rtnetlink } from "../../linux/netlink/rtnetlink.js";
import { PacketSender } from "../../linux/packet/packet-send.js";
import { readInterface } from "../../promiscuity/read.js";
import { ETHERNET_SIZE } from "../../wire/packet/link/ethernet.js";
import { knownAddresses, unownedAddress } from "../unowned-address.js";
import { runBlock } from "./block.js";
import { compareTargets } from "./compare.js";
import { EchoExchange } from "./echo-exchange.js";
import { echoPaths } from "./echo-paths.js";
import { EchoReceiver } from "./echo-receiver.js";
import { makeLoadFrame } from "./load-frame.js";
import { emptyRound } from "./measures.js";
import { LOAD_OPERATION, type LoadOptions, type LoadPlan, loadOptions, planLoad } from "./plan.js";
import type { LoadTargetResult } from "./result.js";

/** The interval in milliseconds at which pending requests are checked. */
const POLL_MS = 5;

/** The test has begun. */
export interface LoadStart {
  readonly event: "start";
  readonly plan: LoadPlan;
  /** The destination address of the load. */
  readonly unowned: string;
}

/** One of the `2 × rounds` blocks has ended. */
export interface LoadProgress {
  readonly event: "block";
  /** Counts from 1. */
  readonly round: number;
  readonly loaded: boolean;
  /** Load frames sent in this block. */
  readonly frames: number;
}

export interface LoadResult {
  readonly event: "end";
  readonly plan: LoadPlan;
  readonly unowned: string;
  /** Load frames that were sent. This can be fewer than planned if the interface or this machine is slow. */
  readonly frames: number;
  readonly targets: readonly LoadTargetResult[];
}

export type LoadEvent = LoadStart | LoadProgress | LoadResult;

/**
 * Compares the round-trip times of hosts with and without a limited amount of traffic to an address that nobody has.
 * Other cards discard this traffic; a promiscuous one passes it to its host. The test shows a difference, but can't
 * prove its cause.
 *
 * Blocks with and without load alternate in random order. The last event is the result. If the signal ends the test,
 * there is none. Nothing is sent while the caller processes an event.
 * @throws PromiscError `usage` if an option is out of bounds, `privilege` without CAP_NET_RAW, `no-interface` if there
 *   is no such interface, `kernel` with `ENETDOWN` if the interface isn't up or goes down
 */
export async function* loadTest(options: LoadOptions): AsyncGenerator<LoadEvent> {
  checkOptions("loadTest", options, loadOptions);
  const plan = planLoad(options);
  const { signal } = options;
  const state = readInterface(options.interface);
  if (plan.frameSize > state.mtu + ETHERNET_SIZE)
    throw usageError(
      LOAD_OPERATION,
      `frames of ${plan.frameSize} bytes are longer than ${state.ifname} sends`,
      `its MTU is ${state.mtu}`,
    );
  const paths = echoPaths(options.targets, state);
  const identifier = randomInt(0x1_0000);
  using sender = new PacketSender(state.ifindex, LOAD_OPERATION);
  const exchange = new EchoExchange(sender, identifier);
  using _receiver = new EchoReceiver(state.ifindex, identifier, LOAD_OPERATION, (packet) =>
    exchange.take(packet),
  );
  const unowned = unownedAddressFor(paths.map(({ destinationMac }) => destinationMac));
  const frame = makeLoadFrame(state.address ?? "", unowned, plan.frameSize);
  const measured = paths.map((path) => ({
    path,
    target: { host: path.destination, mac: path.destinationMac },
    rounds: Array.from({ length: plan.rounds }, emptyRound),
  }));

  yield { event: "start", plan, unowned };
  // A host has to resolve this machine's address before its first answer. That must not be measured.
  for (const path of paths) exchange.send(path, undefined, performance.now());
  await allAnswered(exchange, signal);
  let frames = 0;
  for (let round = 0; round < plan.rounds; round++) {
    const isFirstLoaded = randomInt(2) === 1;
    for (const loaded of [isFirstLoaded, !isFirstLoaded]) {
      const targets = measured.map(({ path, rounds }) => {
        const samples = rounds[round] ?? emptyRound();
        return { path, sample: loaded ? samples.loaded : samples.quiet };
      });
      const sent = await runBlock({ exchange, load: sender, frame }, targets, plan, loaded, signal);
      if (signal?.aborted) return;
      frames += sent;
      yield { event: "block", round: round + 1, loaded, frames: sent };
    }
  }
  await allAnswered(exchange, signal);
  if (signal?.aborted) return;
  yield { event: "end", plan, unowned, frames, targets: compareTargets(measured) };
}

function unownedAddressFor(targets: readonly string[]): string {
  using rtnetlink = new Rtnetlink();
  const taken = knownAddresses(rtnetlink);
  for (const mac of targets) taken.add(mac);
  return unownedAddress(taken);
}

/** Waits until every request is answered or lost. */
async function allAnswered(exchange: EchoExchange, signal: AbortSignal | undefined): Promise<void> {
  while (exchange.waiting > 0 && !signal?.aborted) {
    await setTimeout(POLL_MS);
    exchange.expire(performance.now());
  }
}
