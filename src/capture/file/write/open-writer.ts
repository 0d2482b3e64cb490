import { present } from "../../../present.js";
import type { SectionHeaderOptions } from "../../../wire/file/pcapng/section-header.js";
import type { OutputOptions } from "./open-output.js";
import { PcapWriter } from "./pcap-writer.js";
import { PcapngWriter } from "./pcapng-writer.js";

export interface CaptureWriterOptions extends OutputOptions {
  /** By default what the name says: pcapng if it ends in `.pcapng` (before a `.gz`), pcap otherwise. */
  readonly format?: "pcap" | "pcapng";
  /** By default, whether the name ends in `.gz`. */
  readonly gzip?: boolean;
  /** Whether pcap times are to the nanosecond; to the microsecond by default, as tcpdump's. Those of pcapng always are. */
  readonly nanoseconds?: boolean;
  /** What the section header of a pcapng file says. */
  readonly section?: SectionHeaderOptions;
}

/**
 * Makes a capture file, or truncates the one that is there.
 * @param path "-" is standard output
 * @param name whose ending decides the format, where `path` got a number by rotation
 * @throws PromiscError `privilege` or `kernel` if the file can't be written
 */
export function openCaptureWriter(
  path: string,
  options: CaptureWriterOptions = {},
  name = path,
): PcapWriter | PcapngWriter {
  const gzip = options.gzip ?? /\.gz$/i.test(name);
  const format = options.format ?? (/\.pcapng(\.gz)?$/i.test(name) ? "pcapng" : "pcap");
  const { notOver, owner, section = {}, nanoseconds = false } = options;
  const output = { ...present({ notOver, owner }) };
  if (format === "pcapng") return new PcapngWriter(path, { section, gzip, ...output });
  return new PcapWriter(path, { nanoseconds, gzip, ...output });
}
