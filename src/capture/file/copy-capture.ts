import { present } from "../../present.js";
import type { Packet } from "../packet.js";
import { Pump, type Sink } from "../pump.js";
import type { FileBatch } from "./read/decoder.js";
import type { CaptureReader } from "./read/read-capture.js";
import type { Rotation } from "./rotation.js";
import { flushWriter } from "./write/capture-writer.js";
import type { PcapWriter } from "./write/pcap-writer.js";
import type { PcapngWriter } from "./write/pcapng-writer.js";

export interface CopyOptions {
  /** Whether a packet is copied; all are by default. */
  readonly accept?: (packet: Packet) => boolean;
  /** Ends after so many packets. */
  readonly count?: number;
  readonly rotation?: Rotation;
  /** Doesn't wait any longer for the reader of a pipe. The reading ends by the signal that the reader was opened with. */
  readonly signal?: AbortSignal;
}

/**
 * Copies a capture file. From pcapng to pcapng, blocks pass as they are, in their byte order: sections, interfaces,
 * statistics, names, comments and blocks of unknown types, whatever packets are left out. To pcap go packets alone.
 * The reader is closed at the end; the writer isn't.
 * @returns how many packets were copied
 * @throws PromiscError `malformed`, with all that came before it copied; `usage` if the new format can't hold it
 */
export async function copyCapture(
  reader: CaptureReader,
  writer: PcapWriter | PcapngWriter,
  { accept, count, rotation, signal }: CopyOptions = {},
): Promise<number> {
  const blocks = reader.format === "pcapng" && writer.format === "pcapng" ? writer : undefined;
  const copy = blocks ? blockCopier(reader, blocks) : packetCopier(writer);
  const sink: Sink<FileBatch> = {
    ...copy,
    take(packet, batch) {
      if (rotation && !rotation.admit(packet, writer)) return false;
      copy.put(packet, batch);
      return true;
    },
    // A regular file gets large pieces, whenever there is one.
    flush: () => (writer.isRegular ? undefined : flushWriter(writer, signal)),
    end() {},
  };
  return await new Pump(reader, [sink], present({ accept, count })).run(signal);
}

interface Copier extends Pick<Sink, "addInterface"> {
  put(packet: Packet, batch: FileBatch): void;
}

function packetCopier(writer: PcapWriter | PcapngWriter): Copier {
  return {
    addInterface: (each) => writer.addInterface(each),
    put: (packet) => writer.writePacket(packet),
  };
}

/** Interfaces pass with the other blocks. */
function blockCopier(reader: CaptureReader, writer: PcapngWriter): Copier {
  const before = reader.onBlock;
  reader.onBlock = (block) => {
    before?.(block);
    writer.copyBlock(block);
  };
  return {
    put: ({ bytes }, { recordStart, recordEnd }) => writer.copyPacket(bytes, recordStart, recordEnd),
  };
}
