import { PromiscError } from "../../../errors.js";
import { NetworkNamespace } from "../../../linux/namespace/network-namespace.js";
import { Rtnetlink } from "../../../linux/netlink/rtnetlink.js";
import { formatHardwareAddress } from "../../../wire/hardware-address.js";
import { ipv4AddressAt } from "../../../wire/inet-address.js";
import type { Neighbour } from "../../../wire/kernel/rtnetlink/neighbour.js";

/** The neighbour table of the namespace that this was made in, whichever the thread is in when it is asked. */
export class NeighbourTable implements Disposable {
  readonly #namespace = NetworkNamespace.current();
  readonly #index: number;

  /** @param index of the interface */
  constructor(index: number) {
    this.#index = index;
  }

  /** @param address IPv4; null if the table hasn't got it */
  macOf(address: string): string | null {
    for (const { destination, linkAddress } of this.#read())
      if (destination?.length === 4 && linkAddress && ipv4AddressAt(destination, 0) === address)
        return formatHardwareAddress(linkAddress);
    return null;
  }

  /** A table that changes all the time can't be read: no other host is to end a test by that. */
  #read(): Neighbour[] {
    try {
      return this.#namespace.enter(() => {
        using rtnetlink = new Rtnetlink();
        return rtnetlink.neighbours(this.#index);
      });
    } catch (error) {
      if (error instanceof PromiscError) return [];
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#namespace[Symbol.dispose]();
  }
}
