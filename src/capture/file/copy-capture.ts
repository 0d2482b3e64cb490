import { checkOptions, type OptionKinds } from "../../check-options.js";
import { present } from "../../present.js";
import type { Packet } from "../packet.js";
import { type PacketSink, Pump } from "../pump.js";
import type { FileBatch } from "./read/decoder.js";
import type { CaptureReader } from "./read/read-capture.js";
import type { Rotation } from "./rotation.js";
import type { PcapWriter } from "./write/pcap-writer.js";
import type { PcapngWriter } from "./write/pcapng-writer.js";

/** Options of {@link copyCapture}. */
export interface CopyOptions {
  /** Reports whether a packet is to be copied. Defaults to all packets. */
  readonly accept?: (packet: Packet) => boolean;
  /** Ends after this many packets. */
  readonly count?: number;
  /** Decides when to continue in a new file. By default, all packets go to one file. */
  readonly rotation?: Rotation;
  /** Ends the copy after the packets that were read until now, and doesn't wait for the reader of a pipe. */
  readonly signal?: AbortSignal;
}

const copyOptions: OptionKinds<CopyOptions> = {
  accept: "function?",
  count: "number?",
  rotation: "any?",
  signal: "signal?",
};

/**
 * Copies the packets of a capture file to another one.
 *
 * From pcapng to pcapng, all blocks other than packets are copied unchanged, in their byte order, even if packets are
 * left out: sections, interfaces, statistics, names, comments and blocks of unknown types. A pcap file gets packets
 * only. The reader is closed at the end; the writer stays open.
 * @param reader an open capture file, at its beginning
 * @param writer the writer of the new file
 * @returns the number of packets copied
 * @throws PromiscError `malformed` if the file is damaged, after copying all that precedes the damage; `usage` if the
 *   new format can't hold the packets; `kernel` if a write fails
 */
export async function copyCapture(
  reader: CaptureReader,
  writer: PcapWriter | PcapngWriter,
  options: CopyOptions = {},
): Promise<number> {
  checkOptions("copyCapture", options, copyOptions);
  const { accept, count, rotation, signal } = options;
  const blocks = reader.format === "pcapng" && writer.format === "pcapng" ? writer : undefined;
  const copy = blocks ? blockCopier(reader, blocks) : packetCopier(writer);
  const sink: PacketSink<FileBatch> = {
    ...copy,
    take(packet, batch) {
      if (rotation && !rotation.admit(packet, writer)) return false;
      copy.put(packet, batch);
      return true;
    },
    // Regular files are written in large pieces, each as soon as it is full.
    flush: () => (writer.isRegular ? undefined : writer.drain(signal)),
    end() {},
  };
  return await new Pump(reader, [sink], present({ accept, count })).run(signal);
}

interface Copier extends Pick<PacketSink, "addInterface"> {
  put(packet: Packet, batch: FileBatch): void;
}

function packetCopier(writer: PcapWriter | PcapngWriter): Copier {
  return {
    addInterface: (each) => writer.addInterface(each),
    put: (packet) => writer.writePacket(packet),
  };
}

/** Copies packets as blocks. Interfaces are copied with the other blocks. */
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
