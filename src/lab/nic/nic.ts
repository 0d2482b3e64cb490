import { GROUP_BIT } from "../../wire/packet/link/ethernet-address.js";

/**
 * What a driver programs into its card: the interface's state in the kernel. Ethernet addresses are numbers of 48 bits.
 */
export interface CardState {
  readonly isUp: boolean;
  /** The hardware address. */
  readonly address: number;
  /** Whether the kernel wants every frame from a card that can't filter for secondary addresses. */
  readonly isPromiscuous: boolean;
  /**
   * How many units of the kernel's count want every frame. All secondary addresses together are one unit, because a tap
   * can't filter for them.
   */
  readonly promiscuity: number;
  /** Whether the kernel wants every multicast frame. */
  readonly isAllMulticast: boolean;
  /** The groups that the interface has joined, in the kernel's order. An unchanged list is the same object. */
  readonly groups: readonly number[];
  /** The other unicast addresses of the interface, in the kernel's order. */
  readonly secondary: readonly number[];
}

/** The kind of a frame's destination, from the card's point of view. */
export type FrameClass = "own" | "broadcast" | "multicast" | "other";

/** A model of a network card. It decides which frames the kernel gets. */
export interface NicModel {
  /** Reports whether a frame passes the filter, as the driver sets it for this state. */
  accepts(destination: number, frameClass: FrameClass, state: CardState): boolean;
}

const BROADCAST = 0xffffffffffff;

export function classify(destination: number, address: number): FrameClass {
  if (isGroupNumber(destination)) return destination === BROADCAST ? "broadcast" : "multicast";
  return destination === address ? "own" : "other";
}

/** Reports whether an address is a group address, whose first byte has its lowest bit set. */
export function isGroupNumber(address: number): boolean {
  return (Math.floor(address / 0x100_0000_0000) & GROUP_BIT) !== 0;
}
