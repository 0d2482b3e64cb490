import { IPV4_ADDRESS_SIZE, type IPV6_ADDRESS_SIZE } from "../../../wire/inet-address.js";
import * as group from "../../../wire/packet/network/group-membership.js";
import { type Context, has } from "../context.js";

/** Differences between tcpdump's output for IGMPv3 and for MLDv2. */
export interface Dialect {
  readonly addressSize: typeof IPV4_ADDRESS_SIZE | typeof IPV6_ADDRESS_SIZE;
  /** Printed before an unknown record type. */
  readonly unknownType: string;
  /** Whether auxiliary data of a record is skipped. If not, it is read as the next record. */
  readonly skipsAuxiliaryData: boolean;
}

const recordTypes: Readonly<Record<number, string>> = {
  [group.MODE_IS_INCLUDE]: "is_in",
  [group.MODE_IS_EXCLUDE]: "is_ex",
  [group.CHANGE_TO_INCLUDE_MODE]: "to_in",
  [group.CHANGE_TO_EXCLUDE_MODE]: "to_ex",
  [group.ALLOW_NEW_SOURCES]: "allow",
  [group.BLOCK_OLD_SOURCES]: "block",
};

/** Prints the number of a report's records; with `-v`, each record. Returns false if they are truncated. */
export function printRecords(context: Context, start: number, length: number, dialect: Dialect): boolean {
  const { out, bytes, options } = context;
  if (!has(context, start, group.report.records)) return false;
  const count = group.recordCount(bytes, start);
  out.text(", ");
  out.decimal(count);
  out.text(" group record(s)");
  if (options.verbose === 0) return true;
  const { addressSize } = dialect;
  const headerSize = group.recordHeaderSize(addressSize);
  const end = start + length;
  let at = start + group.report.records;
  for (let record = 0; record < count; record++) {
    if (at + headerSize > end) {
      out.text(" [invalid number of groups]");
      return true;
    }
    if (!has(context, at, headerSize)) return false;
    out.text(" [gaddr ");
    printAddress(context, at + group.record.group, addressSize);
    out.byte(0x20);
    printRecordType(context, group.recordType(bytes, at), dialect);
    const sources = group.recordSourceCount(bytes, at);
    const next = at + headerSize + sources * addressSize;
    if (next > end) {
      printBadCount(context, sources);
      return true;
    }
    if (!printSources(context, at + headerSize, sources, addressSize)) return false;
    out.text("]");
    at = dialect.skipsAuxiliaryData ? next + group.auxiliaryLength(bytes, at) : next;
  }
  return true;
}

function printRecordType({ out }: Context, type: number, { unknownType }: Dialect): void {
  const name = recordTypes[type];
  if (name !== undefined) return out.text(name);
  out.text(unknownType);
  out.decimal(type);
  out.text("]");
}

/**
 * Prints the sources of a query, if it has any. Returns false if they are truncated.
 * @param at offset of the fields that IGMPv3 and MLDv2 add to a query
 * @param end offset of the end of the message
 */
export function printQuerySources(
  context: Context,
  at: number,
  end: number,
  addressSize: Dialect["addressSize"],
): boolean {
  const sources = group.querySourceCount(context.bytes, at);
  if (sources === 0) return true;
  const first = at + group.query.sources;
  if (first + sources * addressSize <= end) return printSources(context, first, sources, addressSize);
  printBadCount(context, sources);
  return true;
}

function printBadCount({ out }: Context, sources: number): void {
  out.text(" [invalid number of sources ");
  out.decimal(sources);
  out.text("]");
}

/** Prints the number of sources; with `-vv`, each source. */
function printSources(
  context: Context,
  start: number,
  count: number,
  addressSize: Dialect["addressSize"],
): boolean {
  const { out, options } = context;
  if (options.verbose <= 1) {
    out.text(", ");
    out.decimal(count);
    out.text(" source(s)");
    return true;
  }
  out.text(" {");
  for (let source = 0; source < count; source++) {
    const at = start + source * addressSize;
    if (!has(context, at, addressSize)) return false;
    out.byte(0x20);
    printAddress(context, at, addressSize);
  }
  out.text(" }");
  return true;
}

function printAddress({ out, bytes }: Context, at: number, addressSize: Dialect["addressSize"]): void {
  if (addressSize === IPV4_ADDRESS_SIZE) out.ipv4(bytes, at);
  else out.ipv6(bytes, at);
}
