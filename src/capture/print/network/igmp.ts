import { IPV4_ADDRESS_SIZE } from "../../../wire/inet-address.js";
import { readBe32 } from "../../../wire/network-order.js";
import * as group from "../../../wire/packet/network/group-membership.js";
import * as igmp from "../../../wire/packet/network/igmp.js";
import { internetChecksum } from "../../../wire/packet/network/internet-checksum.js";
import { type Context, has, printTruncated } from "../context.js";
import { printDuration } from "../duration.js";
import { type Dialect, printQuerySources, printRecords } from "./group-membership.js";

const dialect: Dialect = {
  addressSize: IPV4_ADDRESS_SIZE,
  unknownType: "[v3-report-#",
  skipsAuxiliaryData: false,
};

/** The default of IGMPv2's response time, in tenths of a second (RFC 2236, 8.3). tcpdump doesn't print it. */
const USUAL_RESPONSE_TIME = 100;
/** Tenths of a second in a minute. Times from a minute on are printed without tenths. */
const MINUTE = 600;

export function printIgmp(context: Context, start: number, length: number): void {
  const { out, bytes, options } = context;
  if (options.quiet) return out.text("igmp");
  if (!has(context, start, igmp.field.responseCode)) return printTruncated(context, "igmp");
  if (!printMessage(context, start, length)) return printTruncated(context, "igmp");
  if (options.verbose > 0 && has(context, start, length)) {
    if (internetChecksum(bytes, start, start + length) !== 0) {
      out.text(" bad igmp cksum ");
      out.hex(igmp.checksum(bytes, start));
      out.text("!");
    }
  }
}

function printMessage(context: Context, start: number, length: number): boolean {
  const { out, bytes } = context;
  const type = igmp.type(bytes, start);
  switch (type) {
    case igmp.IGMP_MEMBERSHIP_QUERY:
      return printQuery(context, start, length);
    case igmp.IGMP_V1_REPORT:
      return printGroup(context, start, length, "igmp v1 report ");
    case igmp.IGMP_V2_REPORT:
      return printGroup(context, start, length, "igmp v2 report ");
    case igmp.IGMP_V2_LEAVE:
      return printGroup(context, start, length, "igmp leave ");
    case igmp.IGMP_V3_REPORT:
      return printReport(context, start, length);
    default:
      out.text("igmp-");
      out.decimal(type);
      return true;
  }
}

function printGroup(context: Context, start: number, length: number, words: string): boolean {
  const { out, bytes } = context;
  if (!has(context, start, igmp.IGMP_SIZE)) return false;
  out.text(words);
  out.ipv4(bytes, start + igmp.field.group);
  printOddLength(context, length);
  return true;
}

function printOddLength({ out }: Context, length: number): void {
  if (length === igmp.IGMP_SIZE) return;
  out.text(" [len ");
  out.decimal(length);
  out.text("]");
}

function printQuery(context: Context, start: number, length: number): boolean {
  const { out, bytes } = context;
  out.text("igmp query ");
  if (length >= igmp.IGMP_V3_QUERY_SIZE) return printV3Query(context, start, length);
  if (!has(context, start, igmp.IGMP_SIZE)) return false;
  const tenths = igmp.maximumResponseCode(bytes, start);
  if (tenths > 0) {
    out.text("v2");
    if (tenths !== USUAL_RESPONSE_TIME) {
      out.text(" [max resp time ");
      out.decimal(tenths);
      out.text("]");
    }
  } else out.text("v1");
  if (hasGroup(bytes, start)) {
    out.text(" [gaddr ");
    out.ipv4(bytes, start + igmp.field.group);
    out.text("]");
  }
  printOddLength(context, length);
  return true;
}

/** Reports whether a query is about one group rather than all groups. */
function hasGroup(bytes: Uint8Array, start: number): boolean {
  return readBe32(bytes, start + igmp.field.group) !== 0;
}

function printV3Query(context: Context, start: number, length: number): boolean {
  const { out, bytes } = context;
  out.text("v3");
  if (!has(context, start, igmp.IGMP_V3_QUERY_SIZE)) return false;
  const code = igmp.maximumResponseCode(bytes, start);
  if (code !== USUAL_RESPONSE_TIME) {
    const tenths = group.valueOfCode8(code);
    out.text(" [max resp time ");
    if (tenths < MINUTE) printTenths(context, tenths);
    else printDuration(out, Math.floor(tenths / 10));
    out.text("]");
  }
  const query = start + igmp.field.query;
  if (!hasGroup(bytes, start) && group.querySourceCount(bytes, query) === 0) return true;
  out.text(" [gaddr ");
  out.ipv4(bytes, start + igmp.field.group);
  if (!printQuerySources(context, query, start + length, IPV4_ADDRESS_SIZE)) return false;
  out.text("]");
  return true;
}

function printReport(context: Context, start: number, length: number): boolean {
  const { out } = context;
  out.text("igmp v3 report");
  const shortest = group.report.records + group.recordHeaderSize(IPV4_ADDRESS_SIZE);
  if (length < shortest || length % 4 !== 0) {
    out.text(" [invalid len ");
    out.decimal(length);
    out.text("]");
    return true;
  }
  return printRecords(context, start, length, dialect);
}

function printTenths({ out }: Context, tenths: number): void {
  out.decimal(Math.floor(tenths / 10));
  out.byte(0x2e);
  out.decimal(tenths % 10);
  out.text("s");
}
