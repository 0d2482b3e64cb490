import { readU16In, readU32In } from "../../byte-order.js";
import { malformed, need, writeU16, writeU32 } from "../../bytes.js";
import { longestPacket } from "../linktype.js";

// pcap-savefile(5)
const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;
/** The format of Alexey Kuznetzov's patches to libpcap, of about 1999: its record headers have 24 bytes. */
const MAGIC_MODIFIED = 0xa1b2cd34;

/** Size of `struct pcap_file_header` in bytes. */
export const PCAP_FILE_HEADER_SIZE = 24;

const field = { magic: 0, major: 4, minor: 6, snapLength: 16, linkType: 20 } as const;

// Other bits of the field that holds the LINKTYPE_ value: whether the length of the frame check sequence is known, and
// that length.
const LINK_TYPE_MASK = 0x03ff_ffff;
const FCS_PRESENT = 0x0400_0000;
const FCS_SHIFT = 28;

export interface PcapFileHeader {
  readonly littleEndian: boolean;
  /** Whether fractions of a second are in nanoseconds; otherwise they are in microseconds. */
  readonly nanoseconds: boolean;
  /** Whether record headers have the eight additional bytes of the "modified" format. */
  readonly modified: boolean;
  /** Whether the captured length and the original length are swapped: always, if they look swapped, or never. */
  readonly swappedLengths: "always" | "maybe" | "never";
  /** The largest number of bytes captured of a packet; 0 for no limit. */
  readonly snapLength: number;
  /** A LINKTYPE_ value. */
  readonly linkType: number;
  /**
   * The length of the frame check sequence at the end of each frame, in 16-bit words; undefined if the file doesn't
   * say.
   */
  readonly fcsLength: number | undefined;
}

function magicOf(bytes: Uint8Array, offset: number): [magic: number, littleEndian: boolean] | undefined {
  for (const littleEndian of [true, false]) {
    const magic = readU32In(littleEndian, bytes, offset);
    if (magic === MAGIC_MICROSECONDS || magic === MAGIC_NANOSECONDS || magic === MAGIC_MODIFIED)
      return [magic, littleEndian];
  }
  return undefined;
}

/** Reports whether the four bytes at `offset` are the magic number of a pcap file, in either byte order. */
export function isPcap(bytes: Uint8Array, offset: number, end: number): boolean {
  return end - offset >= 4 && magicOf(bytes, offset) !== undefined;
}

/**
 * Reads the header of a pcap file, in either byte order.
 * @throws PromiscError `malformed`
 */
export function readPcapFileHeader(bytes: Uint8Array, offset: number, end: number): PcapFileHeader {
  need("pcap file header", offset, PCAP_FILE_HEADER_SIZE, end);
  const found = magicOf(bytes, offset);
  if (!found) throw malformed("pcap file header", "unknown magic number");
  const [magic, littleEndian] = found;
  const major = readU16In(littleEndian, bytes, offset + field.major);
  const minor = readU16In(littleEndian, bytes, offset + field.minor);
  // 543.0 is the version that tcpdump wrote on DG/UX.
  if (major !== 2 && major !== 543) throw malformed("pcap file header", `version ${major}.${minor}`);
  const linkType = readU32In(littleEndian, bytes, offset + field.linkType);
  return {
    littleEndian,
    nanoseconds: magic === MAGIC_NANOSECONDS,
    modified: magic === MAGIC_MODIFIED,
    // libpcap's sf-pcap.c: the two lengths changed places in version 2.3, but some programs wrote version 2.3 with the
    // old order.
    swappedLengths: major === 543 || minor < 3 ? "always" : minor === 3 ? "maybe" : "never",
    snapLength: readU32In(littleEndian, bytes, offset + field.snapLength),
    linkType: linkType & LINK_TYPE_MASK,
    fcsLength: linkType & FCS_PRESENT ? linkType >>> FCS_SHIFT : undefined,
  };
}

/** The variable fields of a new file's header. */
export interface NewPcapFile {
  readonly nanoseconds: boolean;
  readonly snapLength: number;
  readonly linkType: number;
}

/**
 * Writes a file header of `PCAP_FILE_HEADER_SIZE` bytes, version 2.4, in host byte order. A snapshot length of 0 is
 * written as the largest one.
 */
export function writePcapFileHeader(value: NewPcapFile, into: Uint8Array, offset: number): void {
  into.fill(0, offset, offset + PCAP_FILE_HEADER_SIZE);
  writeU32(into, offset + field.magic, value.nanoseconds ? MAGIC_NANOSECONDS : MAGIC_MICROSECONDS);
  writeU16(into, offset + field.major, 2);
  writeU16(into, offset + field.minor, 4);
  writeU32(into, offset + field.snapLength, value.snapLength || longestPacket(value.linkType));
  writeU32(into, offset + field.linkType, value.linkType);
}
