import { setTimeout } from "node:timers/promises";
import { sendFrame } from "../capture/send.js";
import { PacketSender } from "../linux/packet-send.js";
import { Rtnetlink } from "../linux/rtnetlink.js";
import { holdPromiscuous } from "../promiscuity/hold.js";
import { type InterfaceHolders, readPromiscuity } from "../promiscuity/holders/read.js";
import { readInterface } from "../promiscuity/read.js";
import { setPromiscuous } from "../promiscuity/set.js";
import type { LabHost } from "./host.js";
import type { Lan } from "./lan.js";

/** So many frames are sent from the first host to the second in each step. */
const FRAMES = 100;
/** IEEE 802 gives these two to experiments. */
const ETHERTYPE = 0x88b5;
const PATIENCE_MS = 5000;

/** One step of the demonstration, and what came of it. */
export interface ExperimentStep {
  /** What it shows, in a sentence. */
  readonly claim: string;
  /** What a person would type on the third host. */
  readonly command?: string;
  /** What that prints. */
  readonly output?: string;
  /** Frames from the first host to the second that came to the third one's card. */
  readonly frames: { readonly passed: number; readonly filtered: number };
  /** The kernel's count of what wants the card promiscuous. */
  readonly promiscuity: number;
  readonly confirmed: boolean;
}

/**
 * Shows what promiscuous mode is: frames between two hosts, while the third listens. Each step is yielded when it is done.
 * On a switch, the third host gets none of them in any step; that is what is claimed then.
 */
export async function* experiment(
  lan: Lan,
  isSwitched: boolean,
  hasFilter: boolean,
): AsyncGenerator<ExperimentStep> {
  const listener = lan.host(3);
  if (isSwitched) await teach(lan);
  const step = async (
    claim: string,
    expectAll: boolean,
    promiscuity: number,
    more: Shown = {},
  ): Promise<ExperimentStep> => {
    const frames = await exchange(lan, listener, isSwitched);
    const count = listener.run(() => readInterface(listener.interface).promiscuity);
    const expected = isSwitched ? 0 : expectAll || !hasFilter ? FRAMES : 0;
    const confirmed = frames.passed === expected && count === promiscuity;
    return { claim, ...more, frames, promiscuity: count, confirmed };
  };
  const unseen = isSwitched
    ? "the switch keeps frames from those that they aren't for"
    : hasFilter
      ? "the card discards other hosts' frames, and the kernel never gets them"
      : "a card without a filter hands up other hosts' frames in any case";
  const seen = isSwitched
    ? "promiscuous mode doesn't help on a switch"
    : "in promiscuous mode the kernel gets other hosts' frames";

  yield await step(unseen, false, 0);
  const { name, interface: card } = listener;
  listener.run(() => setPromiscuous(card, true));
  yield await step(`${seen}: by the administrator's flag`, true, 1, {
    command: `ip link set ${card} promisc on`,
    output: shown(listener),
  });
  listener.run(() => setPromiscuous(card, false));
  yield await step(`without it: ${unseen}`, false, 0, { command: `ip link set ${card} promisc off` });
  listener.run(() => setPromiscuous(card, true, { via: "ioctl" }));
  yield await step(`${seen}: by ioctl, as a program does it`, true, 1, {
    command: `promisc on --via ioctl ${card}`,
    output: shown(listener),
  });
  listener.run(() => setPromiscuous(card, false, { via: "ioctl" }));
  const hold = listener.run(() => holdPromiscuous(card));
  const holders = holdersOf(listener);
  yield await step(`${seen}: by a hold, which the flag doesn't show`, true, 1, {
    command: `promisc hold ${card}`,
    output: `${shown(listener)}; held by ${holders} on ${name}`,
  });
  hold[Symbol.dispose]();
  yield await step(`let go: ${unseen}`, false, 0, { command: "^C" });
}

type Shown = Pick<ExperimentStep, "command" | "output">;

/** Sends frames from the first host to the second, and counts those that come to the listener's card. */
async function exchange(
  lan: Lan,
  listener: LabHost,
  isSwitched: boolean,
): Promise<{ passed: number; filtered: number }> {
  const before = { passed: listener.counts.passed.other, filtered: listener.counts.filtered.other };
  const toSecond = { passed: lan.host(2).counts.passed.own };
  const frame = frameBetween(lan.host(1), lan.host(2));
  // One socket for all: to close one takes the kernel ten milliseconds.
  using sender = lan.host(1).run(() => openSender(lan.host(1)));
  for (let number = 0; number < FRAMES; number++) sender.send(frame);
  const end = performance.now() + PATIENCE_MS;
  const hasCome = (): boolean => lan.host(2).counts.passed.own - toSecond.passed >= FRAMES;
  while (!hasCome() && performance.now() < end) await setTimeout(1);
  // What the hub gave the second host it has given the third one, or before it does so in the same turn.
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

/** Has the switch see where every host is. */
async function teach(lan: Lan): Promise<void> {
  for (const host of lan.hosts) host.run(() => sendFrame(host.interface, frameBetween(host, undefined)));
  await setTimeout(50);
}

/** @param to undefined for everyone */
function frameBetween(from: LabHost, to: LabHost | undefined): Uint8Array {
  const address = (mac: string): Buffer => Buffer.from(mac.replaceAll(":", ""), "hex");
  const frame = Buffer.alloc(60);
  address(to?.mac ?? "ff:ff:ff:ff:ff:ff").copy(frame, 0);
  address(from.mac).copy(frame, 6);
  frame.writeUInt16BE(ETHERTYPE, 12);
  return frame;
}

function shown(host: LabHost): string {
  const { promiscuous, promisc_flag, promiscuity } = host.run(() => readInterface(host.interface));
  return `${host.interface}: promiscuous ${promiscuous ? "yes" : "no"}, flag ${promisc_flag ? "on" : "off"}, count ${promiscuity}`;
}

/** Who holds the host's card, by the same means as `promisc who`. */
function holdersOf(host: LabHost): string {
  const inode = host.run(() => readPromiscuity().interfaces.find(({ netns }) => netns.own)?.netns.inode);
  const held: InterfaceHolders | undefined = readPromiscuity().interfaces.find(
    ({ netns, ifname }) => netns.inode === inode && ifname === host.interface,
  );
  return (
    held?.holders
      .map((holder) =>
        holder.kind === "socket"
          ? holder.processes.map(({ comm, pid }) => `${comm}[${pid}]`).join("+")
          : holder.kind,
      )
      .join(", ") ?? "nobody"
  );
}
