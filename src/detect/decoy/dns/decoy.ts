import { formatHex } from "../../../wire/hardware-address.js";
import { type InventedAddress, inventAddress } from "../invented-address.js";
import type { DnsDecoyTarget } from "./options.js";

/** An invented address. Only a host that received the frame with this address can know it. */
export class Decoy {
  readonly address: InventedAddress;
  /** The name in a PTR query for the address (RFC 1035, 3.5; RFC 3596, 2.5), in lower case, without a final dot. */
  readonly name: string;
  /** The target in whose slot the decoy is sent. */
  readonly target: DnsDecoyTarget;
  /** When it was sent, in milliseconds since 1970. Undefined until then. */
  sentAt: number | undefined;
  /** The senders that asked for its name and were reported. */
  readonly askers = new Set<string>();
  /** The hosts that were asked for its name. If one of them asks too, it does so on behalf of somebody else. */
  readonly asked = new Set<string>();

  constructor(address: InventedAddress, target: DnsDecoyTarget) {
    this.address = address;
    this.name = reverseName(address.bytes);
    this.target = target;
  }
}

/** A time slot: the frames that are sent for one target in one round. */
export interface Slot {
  readonly target: DnsDecoyTarget;
  /** Counts from 1. */
  readonly round: number;
  /** The source and the destination of each frame. */
  readonly pairs: readonly DecoyPair[];
}

export interface DecoyPair {
  readonly version: 4 | 6;
  readonly source: Decoy;
  readonly destination: Decoy;
}

/**
 * Invents the decoys of all slots in advance, so that a query for a decoy that hasn't been sent yet can be recognised
 * as a guess.
 * @param versions the versions of IP; each slot has one frame of each
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
