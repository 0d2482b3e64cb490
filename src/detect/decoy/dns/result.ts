import type { Decoy } from "./decoy.js";
import type { DnsDecoyResult } from "./event.js";
import type { DnsDecoyTarget } from "./options.js";

/** What is counted of a target. */
export interface Tally {
  /** The decoys that it asked for after they were sent. */
  readonly asked: Set<Decoy>;
  spoofed: number;
}

const words: Readonly<Record<DnsDecoyResult["verdict"], string>> = {
  asks: "asks for names of addresses that only a promiscuous card could show it",
  disputed: "asks, also for addresses that were not sent yet: its queries are guessed or forged",
  silent: "asks nothing: doesn't resolve names, or we can't see its queries",
};

/** @param sent how many decoys were sent: every sniffer receives all of them */
export function resultOf(target: DnsDecoyTarget, { asked, spoofed }: Tally, sent: number): DnsDecoyResult {
  const verdict = asked.size === 0 ? "silent" : spoofed > 0 ? "disputed" : "asks";
  return { ...target, verdict, asked: asked.size, sent, spoofed, words: words[verdict] };
}
