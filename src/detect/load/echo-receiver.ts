import { RingBatch } from "../../capture/live/ring-batch.js";
import type { Packet } from "../../capture/packet.js";
import { DisposableList } from "../../linux/ffi/disposable-list.js";
import { PacketRing } from "../../linux/packet/packet-ring.js";
import { echoFilter } from "./echo-filter.js";

const BUFFER_SIZE = 1024 * 1024;
/** Milliseconds. */
const BLOCK_TIMEOUT = 1;
const SNAP_LENGTH = 2 ** 18;

/**
 * Has echo messages of one identifier handed over, those that leave too, with the kernel's timestamps: both ends of a
 * round trip are told by one clock, and neither waits for this process. It doesn't make the interface promiscuous.
 */
export class EchoReceiver implements Disposable {
  readonly #resources = new DisposableList();
  readonly #ring: PacketRing;
  readonly #batch = new RingBatch({
    interfaceId: 0,
    snapLength: SNAP_LENGTH,
    header: "ethernet",
    filter: undefined,
  });
  readonly #use: (packet: Packet) => void;

  /**
   * @param operation what it is for, after "cannot" in an error
   * @param use called from the event loop; the packet is valid until it returns
   */
  constructor(index: number, identifier: number, operation: string, use: (packet: Packet) => void) {
    this.#use = use;
    this.#ring = this.#resources.add(
      new PacketRing({
        index,
        operation,
        cooked: false,
        promiscuous: false,
        filter: echoFilter(identifier),
        bufferSize: BUFFER_SIZE,
        blockTimeout: BLOCK_TIMEOUT,
      }),
    );
    try {
      this.#ring.listen();
      this.#resources.add(this.#ring.watch(() => this.#take()));
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  #take(): void {
    for (let block = this.#ring.ready(); block; block = this.#ring.ready()) {
      this.#batch.open(block);
      while (this.#batch.next()) this.#use(this.#batch.packet);
      this.#batch.close();
      this.#ring.release();
    }
    // An error that nobody takes would have this called for ever; what it says, sending says too.
    this.#ring.takeError();
  }

  [Symbol.dispose](): void {
    this.#resources[Symbol.dispose]();
  }
}
