import { BROADCAST } from "../../../wire/packet/link/ethernet-address.js";
import { unownedAddress } from "../../unowned-address.js";
import { randomGroups } from "./groups.js";

/**
 * The kind of question. A host is asked one question of a kind at a time, because an ARP reply doesn't say which
 * request it answers.
 */
export type ProbeKind =
  /** A request for the host's IPv4 address (RFC 826). */
  | "arp"
  /** An ICMP echo request to the host's IPv4 address (RFC 792). */
  | "icmp"
  /** An ICMPv6 echo request to the host's IPv6 address (RFC 4443). */
  | "icmp6"
  /** An ICMPv6 echo request to all nodes, ff02::1, sent once for all hosts. */
  | "icmp6-all"
  /** A neighbour solicitation to the host's IPv6 address (RFC 4861). */
  | "nd"
  /**
   * An echo request with an unassigned destination option, which requires a Parameter Problem message in reply (RFC
   * 8200, 4.2).
   */
  | "option"
  /** The same to all nodes. */
  | "option-all";

/** The purpose of a probe. */
export type ProbeRole =
  /** Finds out whether the host exists, and its hardware address. */
  | "discovery"
  /** In a frame that any card passes. If a host doesn't answer it, its silence to other probes proves nothing. */
  | "control"
  /** In a frame for the group of all hosts, which a card passes only because the host has joined that group. */
  | "joined"
  /** In a frame for a group address from the literature, which hosts don't join. */
  | "known-group"
  /** In a frame for an unpredictable group address. */
  | "random-group"
  /** In a frame for another station's unicast address. */
  | "other-unicast";

export interface Probe {
  readonly kind: ProbeKind;
  readonly role: ProbeRole;
  /**
   * The destination of the frame. Undefined for the host's own address, or while that isn't known, for the group that
   * its IPv6 address belongs to.
   */
  readonly destination: string | undefined;
}

/**
 * The addresses of Sanai's paper "Detection of Promiscuous Nodes Using ARP Packets" (2001), except the all-hosts group.
 */
export const sanaiGroups = {
  B31: "ff:ff:ff:ff:ff:fe",
  B16: "ff:ff:00:00:00:00",
  B8: "ff:00:00:00:00:00",
  G: "01:00:00:00:00:00",
  M0: "01:00:5e:00:00:00",
  M3: "01:00:5e:00:00:03",
} as const;

/** The group of 224.0.0.1, which every host has joined. */
export const ALL_HOSTS = "01:00:5e:00:00:01";
const ALL_NODES = "33:33:00:00:00:01";

/**
 * The number of unpredictable groups. No two of them share a bin in a hash filter, so a host would have to have joined
 * just as many groups.
 */
export const RANDOM_GROUPS = 6;

/**
 * Returns all questions for a host, ordered within each kind. Controls come first, and for ARP also last, to find out
 * whether the host stopped answering in between.
 */
export function probeCatalogue(): Probe[] {
  const groups = randomGroups(RANDOM_GROUPS);
  const other = unownedAddress(new Set());
  const control = (kind: ProbeKind): Probe => ({ kind, role: "control", destination: undefined });
  const random = (kind: ProbeKind, count = RANDOM_GROUPS): Probe[] =>
    groups.slice(0, count).map((destination) => ({ kind, role: "random-group", destination }));
  const unicast = (kind: ProbeKind): Probe => ({ kind, role: "other-unicast", destination: other });
  const joined = (kind: ProbeKind, destination: string): Probe => ({ kind, role: "joined", destination });
  return [
    { kind: "arp", role: "discovery", destination: BROADCAST },
    { kind: "icmp", role: "discovery", destination: BROADCAST },
    { kind: "nd", role: "discovery", destination: undefined },
    { kind: "icmp6-all", role: "discovery", destination: ALL_NODES },
    control("arp"),
    joined("arp", ALL_HOSTS),
    ...Object.values(sanaiGroups).map(
      (destination): Probe => ({ kind: "arp", role: "known-group", destination }),
    ),
    ...random("arp"),
    unicast("arp"),
    control("arp"),
    control("icmp"),
    joined("icmp", ALL_HOSTS),
    ...random("icmp"),
    unicast("icmp"),
    control("icmp6"),
    joined("icmp6", ALL_NODES),
    ...random("icmp6"),
    unicast("icmp6"),
    joined("icmp6-all", ALL_NODES),
    ...random("icmp6-all"),
    control("nd"),
    ...random("nd"),
    unicast("nd"),
    // Linux sends at most six Parameter Problem messages in a row.
    control("option"),
    ...random("option", 1),
    unicast("option"),
    joined("option-all", ALL_NODES),
    ...random("option-all", 1),
  ];
}

declare const counted: unique symbol;

/** A number that identifies one kind of thing and must not be confused with the numbers of another. */
export type NumberOf<Thing extends string> = number & { readonly [counted]: Thing };

/** A probe's index in the catalogue, or {@link NO_PROBE} for none. */
export type ProbeNumber = NumberOf<"probe">;
export const NO_PROBE = -1 as ProbeNumber;

/** A kind's index in {@link probeKinds}. */
export type KindNumber = NumberOf<"kind">;

export const probeKinds: readonly ProbeKind[] = [
  "arp",
  "icmp",
  "icmp6",
  "icmp6-all",
  "nd",
  "option",
  "option-all",
];

export function kindNumber(kind: ProbeKind): KindNumber {
  return probeKinds.indexOf(kind) as KindNumber;
}

/** Reports whether the probe uses IPv4. Otherwise it uses IPv6. */
export function isIpv4({ kind }: Pick<Probe, "kind">): boolean {
  return kind === "arp" || kind === "icmp";
}

/** Reports whether one frame asks all hosts. */
export function isShared({ kind }: Probe): boolean {
  return kind === "icmp6-all" || kind === "option-all";
}

/** Reports whether a probe was answered reliably. A single answer to several questions may be a stray one. */
export function isReliable(sent: number, answered: number): boolean {
  return answered > 0 && answered * 3 > sent;
}
