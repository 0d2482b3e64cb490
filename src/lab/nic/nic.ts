/** What a driver tells its card: the interface's state in the kernel. */
export interface InterfaceState {
  readonly isUp: boolean;
  /** Six bytes. */
  readonly address: Uint8Array;
  /** Whether the kernel wants every frame: its count of promiscuity is above 0. */
  readonly isPromiscuous: boolean;
  /** Whether it wants every multicast frame. */
  readonly isAllMulticast: boolean;
  /** Groups that it listens to, six bytes each. */
  readonly groups: readonly Uint8Array[];
}

/** For whom a frame is, from the card's point of view. */
export type FrameClass = "own" | "broadcast" | "multicast" | "other";

/** A model of a network card: decides which frames the kernel ever gets. */
export interface NicModel {
  /** Takes over a new state of the interface. */
  configure(state: InterfaceState): void;
  /** Whether a frame passes the filter; its destination is its first six bytes. */
  accepts(frame: Uint8Array, frameClass: FrameClass): boolean;
}

export function classify(frame: Uint8Array, address: Uint8Array): FrameClass {
  if ((frame[0] as number) & 1) return isAll(frame, 0xff) ? "broadcast" : "multicast";
  return equals(frame, address) ? "own" : "other";
}

/** Whether the first six bytes are the same. */
export function equals(a: Uint8Array, b: Uint8Array): boolean {
  for (let at = 0; at < 6; at++) if (a[at] !== b[at]) return false;
  return true;
}

function isAll(bytes: Uint8Array, value: number): boolean {
  for (let at = 0; at < 6; at++) if (bytes[at] !== value) return false;
  return true;
}
