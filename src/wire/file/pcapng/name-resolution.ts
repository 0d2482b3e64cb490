import { readU16In } from "../../byte-order.js";
import { malformed, need, writeU16 } from "../../bytes.js";
import {
  BLOCK_HEADER_SIZE,
  BLOCK_TRAILER_SIZE,
  type Block,
  NAME_RESOLUTION_BLOCK,
  pad,
  writeBlockFrame,
} from "./block.js";
import { binary, comments, OptionSet, type OptionValues, option, text } from "./options.js";

// draft-ietf-opsawg-pcapng, section 4.5
const RECORD_HEADER_SIZE = 4;
const recordField = { type: 0, length: 2 } as const;
const NRB_RECORD_END = 0;

const table = {
  comments,
  dnsName: option(2, "ns_dnsname", text),
  dnsIpv4Address: option(3, "ns_dnsIP4addr", binary),
  dnsIpv6Address: option(4, "ns_dnsIP6addr", binary),
} as const;
const options = new OptionSet(table);

/**
 * An address and its names. For IPv4 and IPv6, the value is an address of 4 or 16 bytes, followed by NUL-terminated
 * names.
 */
export interface NameRecord {
  /** 1 for IPv4, 2 for IPv6. */
  readonly type: number;
  /** A view of the block's bytes. */
  readonly value: Uint8Array;
}

/** The contents of a name resolution block. */
export interface NameResolution {
  readonly records: readonly NameRecord[];
  readonly options: OptionValues<typeof table>;
}

const PATH = "pcapng name resolution";

/**
 * Reads a name resolution block.
 * @throws PromiscError `malformed`
 */
export function readNameResolution({ littleEndian, bytes, start, end }: Block): NameResolution {
  const records: NameRecord[] = [];
  const last = end - BLOCK_TRAILER_SIZE;
  let at = start + BLOCK_HEADER_SIZE;
  for (;;) {
    need(`${PATH} record`, at, RECORD_HEADER_SIZE, last);
    const type = readU16In(littleEndian, bytes, at + recordField.type);
    const length = readU16In(littleEndian, bytes, at + recordField.length);
    at += RECORD_HEADER_SIZE;
    if (type === NRB_RECORD_END) {
      if (length !== 0) throw malformed(`${PATH} nrb_record_end`, `${length} bytes, should be 0`);
      break;
    }
    need(`${PATH} record`, at, length, last);
    records.push({ type, value: bytes.subarray(at, at + length) });
    at += pad(length);
  }
  return { records, options: options.read(littleEndian, bytes, at, last, PATH) };
}

export function nameResolutionSize(value: NameResolution): number {
  let size = BLOCK_HEADER_SIZE + RECORD_HEADER_SIZE + options.size(value.options) + BLOCK_TRAILER_SIZE;
  for (const record of value.records) size += RECORD_HEADER_SIZE + pad(record.value.length);
  return size;
}

/** Writes `nameResolutionSize(value)` bytes, in host byte order. */
export function writeNameResolution(value: NameResolution, into: Uint8Array, offset: number): void {
  const size = nameResolutionSize(value);
  into.fill(0, offset, offset + size);
  let at = offset + BLOCK_HEADER_SIZE;
  for (const { type, value: bytes } of value.records) {
    writeU16(into, at + recordField.type, type);
    writeU16(into, at + recordField.length, bytes.length);
    into.set(bytes, at + RECORD_HEADER_SIZE);
    at += RECORD_HEADER_SIZE + pad(bytes.length);
  }
  options.write(value.options, into, at + RECORD_HEADER_SIZE);
  writeBlockFrame(into, offset, NAME_RESOLUTION_BLOCK, size);
}
