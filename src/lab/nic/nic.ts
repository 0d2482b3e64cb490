import { GROUP_BIT } from "../../wire/packet/link/ethernet-address.js";

/** What a driver tells its card: the interface's state in the kernel. Ethernet addresses are numbers of 48 bits. */
export interface CardState {
  readonly isUp: boolean;
  /** The hardware address. */
  readonly address: number;
  /** Whether the kernel wants every frame of a card that can't filter for secondary addresses. */
  readonly isPromiscuous: boolean;
  /** How many units want every frame. The kernel counts one for all secondary addresses, because a tap can't filter them. */
  readonly promiscuity: number;
  /** Whether it wants every multicast frame. */
  readonly isAllMulticast: boolean;
  /** Groups that it listens to, in the kernel's order. The same list is the same object. */
  readonly groups: readonly number[];
  /** Other unicast addresses that it listens to, in the kernel's order. */
  readonly secondary: readonly number[];
}

/** For whom a frame is, from the card's point of view. */
export type FrameClass = "own" | "broadcast" | "multicast" | "other";

/** A model of a network card: decides which frames the kernel ever gets. */
export interface NicModel {
  /** Whether a frame passes the filter, as the driver sets it for this state. */
  accepts(destination: number, frameClass: FrameClass, state: CardState): boolean;
}

const BROADCAST = 0xffffffffffff;

export function classify(destination: number, address: number): FrameClass {
  if (isGroupNumber(destination)) return destination === BROADCAST ? "broadcast" : "multicast";
  return destination === address ? "own" : "other";
}

/** Whether an address is of many stations: the lowest bit of the first byte. */
export function isGroupNumber(address: number): boolean {
  return (Math.floor(address / 0x100_0000_0000) & GROUP_BIT) !== 0;
}
