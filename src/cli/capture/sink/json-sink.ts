import { type CaptureInterface, isoTime, type Packet } from "../../../capture/packet.js";
import type { PacketSink } from "../../../capture/pump.js";
import { present } from "../../../present.js";
import { dissect } from "../../../wire/packet/dissect/dissect.js";
import { layersToJson } from "../../../wire/packet/dissect/to-json.js";
import { plainJsonLine } from "../../output/write.js";
import { StandardOutput } from "./standard-output.js";

/** The names of sll_pkttype, see packet(7). */
const packetTypes = ["host", "broadcast", "multicast", "otherhost", "outgoing"];

/** Writes one JSON object per packet to standard output, with typed layers. */
export class JsonSink implements PacketSink {
  readonly #output = new StandardOutput();
  readonly #interfaces: CaptureInterface[] = [];
  #lines: string[] = [];

  addInterface(captureInterface: CaptureInterface): void {
    this.#interfaces.push(captureInterface);
  }

  take(packet: Packet): boolean {
    const { bytes, start, capturedLength, length, packetType } = packet;
    const { name, linkType } = this.#interfaces[packet.interfaceId] as CaptureInterface;
    this.#lines.push(
      plainJsonLine({
        time: isoTime(packet),
        ...present({ interface: name }),
        ...(packetTypes[packetType] === undefined ? {} : { packet_type: packetTypes[packetType] }),
        length,
        captured_length: capturedLength,
        layers: layersToJson(dissect(bytes.subarray(start, start + capturedLength), linkType, { length })),
      }),
    );
    return true;
  }

  async flush(signal: AbortSignal | undefined): Promise<void> {
    const lines = this.#lines;
    this.#lines = [];
    await this.#output.write(Buffer.from(lines.join("")), signal);
  }

  end(): void {
    this.#output[Symbol.dispose]();
  }
}
