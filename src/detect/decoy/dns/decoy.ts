import { formatHex } from "../../../wire/hardware-address.js";
import { type InventedAddress, inventAddress } from "../invented-address.js";
import type { DnsDecoyTarget } from "./options.js";

/** An invented address, which only those can know of who received the frame that it was in. */
export class Decoy {
  readonly address: InventedAddress;
  /** The name that a PTR query for it asks (RFC 1035, 3.5; RFC 3596, 2.5), in lower case, without a final dot. */
  readonly name: string;
  /** In whose slot it is sent. */
  readonly target: DnsDecoyTarget;
  /** When it was sent: milliseconds since 1970; undefined before. */
  sentAt: number | undefined;
  /** Who asked for its name already: those that need no mention again. */
  readonly askers = new Set<string>();
  /** Whom somebody asked for its name: if these ask too, then for somebody. */
  readonly asked = new Set<string>();

  constructor(address: InventedAddress, target: DnsDecoyTarget) {
    this.address = address;
    this.name = reverseName(address.bytes);
    this.target = target;
  }
}

/** A time slot: what is sent for a target in a round. */
export interface Slot {
  readonly target: DnsDecoyTarget;
  /** From 1. */
  readonly round: number;
  /** Each a source and a destination of one frame. */
  readonly pairs: readonly DecoyPair[];
}

export interface DecoyPair {
  readonly version: 4 | 6;
  readonly source: Decoy;
  readonly destination: Decoy;
}

/**
 * Invents the decoys of all slots beforehand, so that a query for one that wasn't sent yet is known to be a guess.
 * @param versions of IP: a frame each
 */
export function inventSlots(
  targets: readonly DnsDecoyTarget[],
  rounds: number,
  versions: readonly (4 | 6)[],
): Slot[] {
  const used = new Set<string>();
  const slots: Slot[] = [];
  for (let round = 1; round <= rounds; round++)
    for (const target of targets) {
      const invent = (version: 4 | 6): Decoy => new Decoy(inventAddress(version, used), target);
      const pairs = versions.map((version) => ({
        version,
        source: invent(version),
        destination: invent(version),
      }));
      slots.push({ target, round, pairs });
    }
  return slots;
}

function reverseName(address: Uint8Array): string {
  return address.length === 4
    ? `${[...address].reverse().join(".")}.in-addr.arpa`
    : `${[...formatHex(address)].reverse().join(".")}.ip6.arpa`;
}
