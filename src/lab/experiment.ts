import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { sendFrame } from "../capture/send.js";
import { checkOptions, type OptionKinds } from "../check-options.js";
import { Rtnetlink } from "../linux/netlink/rtnetlink.js";
import { PacketSender } from "../linux/packet/packet-send.js";
import { readInterface } from "../promiscuity/read.js";
import { ETH_ZLEN, writeEthernet } from "../wire/packet/link/ethernet.js";
import { BROADCAST } from "../wire/packet/link/ethernet-address.js";
import type { LabHost } from "./host.js";
import type { Lan } from "./lan.js";

/** How many frames the first host sends to the second in each step. */
const FRAMES = 100;
/** IEEE 802 reserves this value and 0x88b6 for experiments. */
const ETHERTYPE = 0x88b5;
const PATIENCE_MS = 5000;

export interface ExperimentOptions {
  readonly isSwitched: boolean;
  /** Whether the cards filter frames at all. */
  readonly hasFilter: boolean;
  /** How to start promisc: the program and its first arguments. */
  readonly promisc: readonly [string, ...string[]];
}

const experimentOptions: OptionKinds<ExperimentOptions> = {
  isSwitched: "boolean",
  hasFilter: "boolean",
  promisc: "strings",
};

/** A command that was run on the third host. */
export interface Typed {
  readonly command: string;
  readonly printed: string;
}

/** A step of the demonstration and its result. */
export interface ExperimentStep {
  /** What the step demonstrates, in a sentence. */
  readonly claim: string;
  readonly typed: readonly Typed[];
  /** How many frames from the first host to the second the third host's card passed and filtered. */
  readonly frames: { readonly passed: number; readonly filtered: number };
  /** The kernel's count of everything that wants the third host's interface promiscuous. */
  readonly promiscuity: number;
  readonly confirmed: boolean;
}

/**
 * Demonstrates promiscuous mode: two hosts exchange frames while the third one listens. The commands are really run on
 * the third host, and each step is yielded when it is done. On a switch, the third host gets no frame in any step, and
 * that is what the steps then claim.
 */
export async function* experiment(lan: Lan, options: ExperimentOptions): AsyncGenerator<ExperimentStep> {
  checkOptions("experiment", options, experimentOptions);
  const { isSwitched, hasFilter, promisc } = options;
  const listener = lan.host(3);
  const card = listener.interface;
  if (isSwitched) await teach(lan);
  const run = (...args: string[]): Promise<Typed> => runPromisc(listener, promisc, args);
  const step = async (
    claim: string,
    promiscuity: 0 | 1,
    typed: readonly Typed[],
    more = true,
  ): Promise<ExperimentStep> => {
    const frames = await exchange(lan, listener, isSwitched);
    const count = listener.run(() => readInterface(card).promiscuity);
    const expected = !isSwitched && (promiscuity === 1 || !hasFilter) ? FRAMES : 0;
    const confirmed = more && frames.passed === expected && count === promiscuity;
    return { claim, typed, frames, promiscuity: count, confirmed };
  };
  const unseen = isSwitched
    ? "the switch keeps frames from those that they aren't for"
    : hasFilter
      ? "the card discards other hosts' frames, and the kernel never gets them"
      : "a card without a filter hands up other hosts' frames in any case";
  const seen = isSwitched
    ? "promiscuous mode doesn't help on a switch"
    : "in promiscuous mode the kernel gets other hosts' frames";
  const who = ["who", "--netns", "own", card];

  yield await step(unseen, 0, [await run(...who)]);
  yield await step(`${seen}: by the administrator's flag, as ip link set ${card} promisc on sets it`, 1, [
    await run("on", card),
  ]);
  yield await step(`without it: ${unseen}`, 0, [await run("off", card)]);
  yield await step(`${seen}: by ioctl, as a program does it`, 1, [await run("on", "--via", "ioctl", card)]);

  const off = await run("off", "--via", "ioctl", card);
  using hold = await Held.begin(listener, promisc, card);
  const holders = await run(...who);
  yield await step(
    `${seen}: by a hold, which the flag doesn't show, and who names it`,
    1,
    [off, hold.typed, holders],
    holders.printed.includes(`(pid ${hold.pid},`),
  );
  yield await step(`let go: ${unseen}`, 0, [await hold.end(), await run(...who)]);
}

/** Runs promisc on a host and waits for it to exit. */
async function runPromisc(
  host: LabHost,
  [program, ...first]: readonly [string, ...string[]],
  args: readonly string[],
): Promise<Typed> {
  const child = host.spawn(program, [...first, ...args], ["ignore", "pipe", "pipe"]);
  let printed = "";
  let complaints = "";
  child.stdout?.on("data", (text) => {
    printed += text;
  });
  child.stderr?.on("data", (text) => {
    complaints += text;
  });
  const [status] = await once(child, "close");
  // If the command succeeded, what it wrote to standard error isn't part of the demonstration.
  if (status !== 0) printed += complaints;
  return { command: ["promisc", ...args].join(" "), printed: printed.trimEnd() };
}

/** A running `promisc hold`. */
class Held implements Disposable {
  readonly typed: Typed;
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, typed: Typed) {
    this.#process = child;
    this.typed = typed;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  static async begin(
    host: LabHost,
    [program, ...first]: readonly [string, ...string[]],
    card: string,
  ): Promise<Held> {
    const child = host.spawn(program, [...first, "hold", card], ["ignore", "pipe", "pipe"]);
    const output = child.stdout as NonNullable<typeof child.stdout>;
    const [printed] = await Promise.race([once(output, "data"), once(child, "exit").then(() => [""])]);
    return new Held(child, { command: `promisc hold ${card} &`, printed: String(printed).trimEnd() });
  }

  async end(): Promise<Typed> {
    const exit = once(this.#process, "exit");
    this.#process.kill("SIGINT");
    await exit;
    return { command: "kill -INT %1", printed: "" };
  }

  [Symbol.dispose](): void {
    this.#process.kill("SIGKILL");
  }
}

/** Sends frames from the first host to the second, and counts those that reach the listener's card. */
async function exchange(
  lan: Lan,
  listener: LabHost,
  isSwitched: boolean,
): Promise<{ passed: number; filtered: number }> {
  const before = { passed: listener.counts.passed.other, filtered: listener.counts.filtered.other };
  const toSecond = { passed: lan.host(2).counts.passed.own };
  const frame = frameBetween(lan.host(1), lan.host(2));
  // All frames use one socket, because the kernel takes ten milliseconds to close one.
  using sender = lan.host(1).run(() => openSender(lan.host(1)));
  for (let number = 0; number < FRAMES; number++) sender.send(frame);
  const end = performance.now() + PATIENCE_MS;
  const hasCome = (): boolean => lan.host(2).counts.passed.own - toSecond.passed >= FRAMES;
  while (!hasCome() && performance.now() < end) await setTimeout(1);
  // The hub has delivered to the third host what it delivered to the second, or does so in the same turn.
  if (!isSwitched) await setTimeout(5);
  return {
    passed: listener.counts.passed.other - before.passed,
    filtered: listener.counts.filtered.other - before.filtered,
  };
}

function openSender({ name, interface: card }: LabHost): PacketSender {
  using rtnetlink = new Rtnetlink();
  const operation = `send frames on ${name}`;
  return new PacketSender(rtnetlink.link(card, operation).index, operation);
}

/** Lets the switch learn where every host is. */
async function teach(lan: Lan): Promise<void> {
  for (const host of lan.hosts) host.run(() => sendFrame(host.interface, frameBetween(host, undefined)));
  await setTimeout(50);
}

/**
 * Builds a frame from one host to another.
 * @param to undefined for a broadcast
 */
function frameBetween(from: LabHost, to: LabHost | undefined): Uint8Array {
  const frame = new Uint8Array(ETH_ZLEN);
  writeEthernet({ destination: to?.mac ?? BROADCAST, source: from.mac, etherType: ETHERTYPE }, frame);
  return frame;
}
