import type { Listener } from "../listeners/listener.js";
import type { RuleKind } from "./policy.js";

const holderKinds: readonly RuleKind[] = [
  "flag",
  "socket",
  "device",
  "unicast-addresses",
  "hidden",
  "unexplained",
];

/** What a process receives itself, by a descriptor of its own. A rule without a kind allows these too. */
export const receivingKinds: readonly Listener["kind"][] = [
  "packet-socket",
  "xdp-socket",
  "tap-reader",
  "raw-socket",
];

/** The kinds of listeners. */
export const listenerKinds: readonly Listener["kind"][] = [
  ...receivingKinds,
  "xdp-program",
  "tc-program",
  "tcx-program",
  "netfilter-program",
  "namespace-program",
  "mirror",
  "sample",
  "nflog",
  "nfqueue",
];

export const allKinds = [...holderKinds, ...listenerKinds];

/** Kinds of what has processes, to which conditions on a process apply. */
export const kindsWithProcesses: ReadonlySet<RuleKind> = new Set<RuleKind>([
  "socket",
  ...listenerKinds.filter((kind) => kind !== "mirror" && kind !== "sample"),
]);

/** Kinds of what can have a filter. */
export const kindsWithFilter: ReadonlySet<RuleKind> = new Set<RuleKind>([
  "socket",
  "packet-socket",
  "raw-socket",
  "mirror",
]);
