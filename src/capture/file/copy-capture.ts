import type { Packet } from "../packet.js";
import type { FileBatch } from "./read/decoder.js";
import type { CaptureReader } from "./read/read-capture.js";
import type { Rotation } from "./rotation.js";
import type { PcapWriter } from "./write/pcap-writer.js";
import type { PcapngWriter } from "./write/pcapng-writer.js";

export interface CopyOptions {
  /** Whether a packet is copied; all are by default. */
  readonly accept?: (packet: Packet) => boolean;
  /** Ends after so many packets. */
  readonly count?: number;
  readonly rotation?: Rotation;
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
  { accept, count = Number.POSITIVE_INFINITY, rotation }: CopyOptions = {},
): Promise<number> {
  const put = packetCopier(reader, writer);
  let copied = 0;
  for await (const batch of reader) {
    while (batch.next()) {
      const { packet } = batch;
      if (accept && !accept(packet)) continue;
      if (rotation && !rotation.admit(packet, writer)) return copied;
      put(batch);
      if (++copied >= count) return copied;
    }
  }
  // A pcap file of no packets still says which kind they would have.
  if (copied === 0 && reader.format === "pcap") addInterfaces(reader, writer, 0);
  return copied;
}

function packetCopier(reader: CaptureReader, writer: PcapWriter | PcapngWriter): (batch: FileBatch) => void {
  if (reader.format === "pcapng" && writer.format === "pcapng") {
    reader.onBlock = (block) => writer.copyBlock(block);
    return ({ packet, recordStart, recordEnd }) => writer.copyPacket(packet.bytes, recordStart, recordEnd);
  }
  let added = 0;
  return ({ packet }) => {
    if (packet.interfaceId >= added) added = addInterfaces(reader, writer, added);
    writer.writePacket(packet);
  };
}

function addInterfaces(
  { interfaces }: CaptureReader,
  writer: PcapWriter | PcapngWriter,
  from: number,
): number {
  for (const each of interfaces.slice(from)) writer.addInterface(each);
  return interfaces.length;
}
