import { IPV6_ADDRESS_SIZE } from "../../../wire/inet-address.js";
import * as group from "../../../wire/packet/network/group-membership.js";
import {
  MLD_LISTENER_QUERY,
  MLD2_LISTENER_REPORT,
  type,
} from "../../../wire/packet/network/icmp6/icmp6-header.js";
import * as mld from "../../../wire/packet/network/icmp6/mld.js";
import { type Context, has } from "../context.js";
import { type Dialect, printQuerySources, printRecords } from "./group-membership.js";

const dialect: Dialect = {
  addressSize: IPV6_ADDRESS_SIZE,
  unknownType: " [v2-report-#",
  skipsAuxiliaryData: true,
};

/** Prints a Multicast Listener Discovery message. Returns false if it is truncated. */
export function printMld(context: Context, start: number, length: number): boolean {
  const { out, bytes } = context;
  const messageType = type(bytes, start);
  if (messageType === MLD2_LISTENER_REPORT) return printRecords(context, start, length, dialect);
  if (messageType === MLD_LISTENER_QUERY) {
    if (mld.isMldV2Query(0, length)) return printQuery(context, start, length);
    if (length !== mld.MLD_SIZE) {
      out.text(" unknown-version (len ");
      out.decimal(length);
      out.text(") ");
      return true;
    }
  }
  if (!has(context, start, mld.MLD_SIZE)) return false;
  // tcpdump prints nothing between the type and this text.
  out.text("max resp delay: ");
  out.decimal(mld.maximumResponseCode(bytes, start));
  out.text(" addr: ");
  out.ipv6(bytes, start + mld.field.multicastAddress);
  return true;
}

/** Prints an MLDv2 query. */
function printQuery(context: Context, start: number, length: number): boolean {
  const { out, bytes, options } = context;
  if (!has(context, start, mld.MLD2_QUERY_SIZE)) return false;
  out.text(" v2");
  if (options.verbose > 0) {
    out.text(" [max resp delay=");
    out.decimal(group.valueOfCode16(mld.maximumResponseCode(bytes, start)));
    out.text("]");
  }
  out.text(" [gaddr ");
  out.ipv6(bytes, start + mld.field.multicastAddress);
  const query = start + mld.field.query;
  if (options.verbose > 0) {
    const flags = group.queryFlags(bytes, query);
    if (flags & group.SUPPRESS) out.text(" sflag");
    if (flags & group.ROBUSTNESS) {
      out.text(" robustness=");
      out.decimal(flags & group.ROBUSTNESS);
    }
    out.text(" qqi=");
    out.decimal(group.valueOfCode8(group.queryInterval(bytes, query)));
  }
  if (!printQuerySources(context, query, start + length, IPV6_ADDRESS_SIZE)) return false;
  out.text("]");
  return true;
}
