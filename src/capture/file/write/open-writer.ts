import { checkOptions, type OptionKinds } from "../../../check-options.js";
import { present } from "../../../present.js";
import type { SectionHeaderOptions } from "../../../wire/file/pcapng/section-header.js";
import type { OutputOptions } from "./open-output.js";
import { PcapWriter } from "./pcap-writer.js";
import { PcapngWriter } from "./pcapng-writer.js";

/** Options of {@link openCaptureWriter}. */
export interface CaptureWriterOptions extends OutputOptions {
  /** The name whose ending decides format and compression. Defaults to the path, which may end in a rotation's number. */
  readonly name?: string;
  /** Defaults to the format that the name implies: pcapng if it ends in `.pcapng` (or `.pcapng.gz`), otherwise pcap. */
  readonly format?: "pcap" | "pcapng";
  /** Whether to compress. Defaults to whether the name ends in `.gz`. */
  readonly gzip?: boolean;
  /**
   * Whether timestamps of a pcap file have nanoseconds. Defaults to microseconds, as in tcpdump. Those of pcapng files
   * always have nanoseconds.
   */
  readonly nanoseconds?: boolean;
  /** The contents of the section header of a pcapng file. */
  readonly section?: SectionHeaderOptions;
}

const captureWriterOptions: OptionKinds<CaptureWriterOptions> = {
  notOver: "any?",
  owner: "any?",
  name: "string?",
  format: ["pcap", "pcapng"],
  gzip: "boolean?",
  nanoseconds: "boolean?",
  section: "any?",
};

/**
 * Creates a capture file, or truncates an existing one.
 * @param path the file's path; "-" is standard output
 * @returns a writer, which the caller closes
 * @throws PromiscError `privilege` or `kernel` if the file can't be opened; `usage` if it is the file being read
 */
export function openCaptureWriter(
  path: string,
  options: CaptureWriterOptions = {},
): PcapWriter | PcapngWriter {
  checkOptions("openCaptureWriter", options, captureWriterOptions);
  const { name = path } = options;
  const gzip = options.gzip ?? /\.gz$/i.test(name);
  const format = options.format ?? (/\.pcapng(\.gz)?$/i.test(name) ? "pcapng" : "pcap");
  const { notOver, owner, section = {}, nanoseconds = false } = options;
  const output = { ...present({ notOver, owner }) };
  if (format === "pcapng") return new PcapngWriter(path, { section, gzip, ...output });
  return new PcapWriter(path, { nanoseconds, gzip, ...output });
}
