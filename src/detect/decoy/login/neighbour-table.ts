import { PromiscError } from "../../../errors.js";
import { NetworkNamespace } from "../../../linux/namespace/network-namespace.js";
import { Rtnetlink } from "../../../linux/netlink/rtnetlink.js";
import { formatHardwareAddress } from "../../../wire/hardware-address.js";
import { ipv4AddressAt } from "../../../wire/inet-address.js";
import type { Neighbour } from "../../../wire/kernel/rtnetlink/neighbour.js";

/**
 * The neighbour table of the network namespace that the object was created in. The thread may be in another one when it
 * is read.
 */
export class NeighbourTable implements Disposable {
  readonly #namespace = NetworkNamespace.current();
  readonly #index: number;

  /** @param index the index of the interface */
  constructor(index: number) {
    this.#index = index;
  }

  /**
   * Looks up the hardware address of an IPv4 address.
   * @returns undefined if the table doesn't have it
   */
  macOf(address: string): string | undefined {
    for (const { destination, linkAddress } of this.#read())
      if (destination?.length === 4 && linkAddress && ipv4AddressAt(destination, 0) === address)
        return formatHardwareAddress(linkAddress);
    return undefined;
  }

  /**
   * Reads the table. A table that changes all the time can't be read; other hosts must not be able to end the test that
   * way.
   */
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
