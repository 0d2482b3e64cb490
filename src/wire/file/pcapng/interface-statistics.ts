import { readU32In } from "../../byte-order.js";
import { need, writeU32 } from "../../bytes.js";
import { BLOCK_TRAILER_SIZE, type Block, INTERFACE_STATISTICS_BLOCK, writeBlockFrame } from "./block.js";
import { comments, OptionSet, option, timestamp, type UnknownOption, u64 } from "./options.js";

// draft-ietf-opsawg-pcapng, section 4.6
const field = { interfaceId: 8, timestampHigh: 12, timestampLow: 16, options: 20 } as const;

const table = {
  comments,
  startTime: option(2, "isb_starttime", timestamp),
  endTime: option(3, "isb_endtime", timestamp),
  /** Packets received on the interface since the capture began. */
  received: option(4, "isb_ifrecv", u64),
  /** Packets dropped by the interface for lack of resources. */
  interfaceDropped: option(5, "isb_ifdrop", u64),
  /** Packets accepted by the filter. */
  filterAccepted: option(6, "isb_filteraccept", u64),
  /** Packets dropped by the operating system. */
  systemDropped: option(7, "isb_osdrop", u64),
  delivered: option(8, "isb_usrdeliv", u64),
} as const;
const options = new OptionSet(table);

/** Counts of packets since the capture began. */
export interface InterfaceStatisticsOptions {
  readonly comments?: string[];
  readonly startTime?: bigint;
  readonly endTime?: bigint;
  /** Packets received from the interface. */
  readonly received?: bigint;
  /** Packets that the interface dropped for want of resources. */
  readonly interfaceDropped?: bigint;
  /** Packets that the filter accepted. */
  readonly filterAccepted?: bigint;
  /** Packets that the operating system dropped. */
  readonly systemDropped?: bigint;
  /** Packets delivered to the user. */
  readonly delivered?: bigint;
  /** Options of other codes, as they came. */
  readonly other?: UnknownOption[];
}

/** The contents of an interface statistics block. Times are in the unit of the interface's timestamps. */
export interface InterfaceStatistics {
  /** Index of the interface in its section. */
  readonly interfaceId: number;
  readonly timestamp: bigint;
  readonly options: InterfaceStatisticsOptions;
}

/**
 * Reads an interface statistics block.
 * @throws PromiscError `malformed`
 */
export function readInterfaceStatistics({ littleEndian, bytes, start, end }: Block): InterfaceStatistics {
  const path = "pcapng interface statistics";
  need(path, start, field.options + BLOCK_TRAILER_SIZE, end);
  return {
    interfaceId: readU32In(littleEndian, bytes, start + field.interfaceId),
    timestamp: timestamp.read(littleEndian, bytes, start + field.timestampHigh, 8, path),
    options: options.read(littleEndian, bytes, start + field.options, end - BLOCK_TRAILER_SIZE, path),
  };
}

export function interfaceStatisticsSize(value: InterfaceStatistics): number {
  return field.options + options.size(value.options) + BLOCK_TRAILER_SIZE;
}

/** Writes `interfaceStatisticsSize(value)` bytes, in host byte order. */
export function writeInterfaceStatistics(value: InterfaceStatistics, into: Uint8Array, offset: number): void {
  writeU32(into, offset + field.interfaceId, value.interfaceId);
  timestamp.write(value.timestamp, into, offset + field.timestampHigh);
  options.write(value.options, into, offset + field.options);
  writeBlockFrame(into, offset, INTERFACE_STATISTICS_BLOCK, interfaceStatisticsSize(value));
}
