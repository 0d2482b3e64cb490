import { IPV6_ADDRESS_SIZE } from "../../../wire/inet-address.js";
import {
  ND_NEIGHBOR_ADVERT,
  ND_NEIGHBOR_SOLICIT,
  ND_REDIRECT,
  ND_ROUTER_ADVERT,
  ND_ROUTER_SOLICIT,
  type,
} from "../../../wire/packet/network/icmp6/icmp6-header.js";
import * as option from "../../../wire/packet/network/icmp6/nd-option.js";
import * as nd from "../../../wire/packet/network/icmp6/neighbour-discovery.js";
import { type Context, has } from "../context.js";

const optionNames: Readonly<Record<number, string>> = {
  [option.ND_OPT_SOURCE_LINKADDR]: "source link-address",
  [option.ND_OPT_TARGET_LINKADDR]: "destination link-address",
  [option.ND_OPT_PREFIX_INFORMATION]: "prefix info",
  [option.ND_OPT_REDIRECTED_HEADER]: "redirected header",
  [option.ND_OPT_MTU]: "mtu",
  [option.ND_OPT_ADVERTISEMENT_INTERVAL]: "advertisement interval",
  [option.ND_OPT_HOME_AGENT_INFO]: "homeagent information",
  [option.ND_OPT_ROUTE_INFO]: "route info",
  [option.ND_OPT_RDNSS]: "rdnss",
  [option.ND_OPT_DNSSL]: "dnssl",
};

type FlagNames = readonly (readonly [flag: number, name: string])[];

const neighbourFlags: FlagNames = [
  [nd.ND_NA_FLAG_ROUTER, "router"],
  [nd.ND_NA_FLAG_SOLICITED, "solicited"],
  [nd.ND_NA_FLAG_OVERRIDE, "override"],
];

const routerFlags: FlagNames = [
  [nd.ND_RA_FLAG_MANAGED, "managed"],
  [nd.ND_RA_FLAG_OTHER, "other stateful"],
  [nd.ND_RA_FLAG_HOME_AGENT, "home agent"],
];

const prefixFlags: FlagNames = [
  [option.ND_OPT_PI_FLAG_ONLINK, "onlink"],
  [option.ND_OPT_PI_FLAG_AUTO, "auto"],
  [option.ND_OPT_PI_FLAG_RADDR, "router"],
];

/** By the two bits of a router's preference. */
const preferences = ["medium", "high", "unsupported?", "low"];

/** Prints a message of Router or Neighbour Discovery; with `-v`, its options. Returns false if it is truncated. */
export function printNeighbourDiscovery(context: Context, start: number, length: number): boolean {
  const { out, bytes, options } = context;
  const isVerbose = options.verbose > 0;
  const end = start + length;
  switch (type(bytes, start)) {
    case ND_ROUTER_SOLICIT:
      return !isVerbose || printOptions(context, start + nd.options["router-solicitation"], end);
    case ND_ROUTER_ADVERT:
      return !isVerbose || printRouter(context, start, end);
    case ND_NEIGHBOR_SOLICIT: {
      const optionsAt = start + nd.options["neighbour-solicitation"];
      if (!has(context, start, optionsAt - start)) return false;
      out.text(", who has ");
      out.ipv6(bytes, start + nd.field.target);
      return !isVerbose || printOptions(context, optionsAt, end);
    }
    case ND_NEIGHBOR_ADVERT: {
      const optionsAt = start + nd.options["neighbour-advertisement"];
      if (!has(context, start, optionsAt - start)) return false;
      out.text(", tgt is ");
      out.ipv6(bytes, start + nd.field.target);
      if (!isVerbose) return true;
      printFlags(context, nd.neighbourFlags(bytes, start), neighbourFlags);
      return printOptions(context, optionsAt, end);
    }
    case ND_REDIRECT: {
      const optionsAt = start + nd.options.redirect;
      if (!has(context, start, optionsAt - start)) return false;
      out.text(", ");
      out.ipv6(bytes, start + nd.field.destination);
      out.text(" to ");
      out.ipv6(bytes, start + nd.field.target);
      return !isVerbose || printOptions(context, optionsAt, end);
    }
  }
  return true;
}

/** Prints ", Flags [router, solicited]". */
function printFlags({ out }: Context, flags: number, names: FlagNames): void {
  out.text(", Flags [");
  let separator = "";
  for (const [flag, name] of names)
    if (flags & flag) {
      out.text(separator);
      out.text(name);
      separator = ", ";
    }
  if (separator === "") out.text("none");
  out.text("]");
}

function printRouter(context: Context, start: number, end: number): boolean {
  const { out, bytes } = context;
  const optionsAt = start + nd.options["router-advertisement"];
  if (!has(context, start, optionsAt - start)) return false;
  out.text("\n\thop limit ");
  out.decimal(nd.currentHopLimit(bytes, start));
  printFlags(context, nd.routerFlags(bytes, start), routerFlags);
  out.text(", pref ");
  out.text(preferences[nd.routerPreference(bytes, start)] as string);
  out.text(", router lifetime ");
  out.decimal(nd.routerLifetime(bytes, start));
  out.text("s, reachable time ");
  out.decimal(nd.reachableTime(bytes, start));
  out.text("ms, retrans timer ");
  out.decimal(nd.retransTimer(bytes, start));
  out.text("ms");
  return printOptions(context, optionsAt, end);
}

/** Prints the options. Each contains its length in units of eight bytes. */
function printOptions(context: Context, from: number, end: number): boolean {
  const { out, bytes } = context;
  for (let at = from; at < end; ) {
    if (!has(context, at, option.field.data)) return false;
    const kind = option.type(bytes, at);
    const size = option.size(bytes, at);
    out.text("\n\t  ");
    out.text(optionNames[kind] ?? "unknown");
    out.text(" option (");
    out.decimal(kind);
    out.text("), length ");
    out.decimal(size);
    out.text(" (");
    out.decimal(size / option.UNIT);
    out.text("): ");
    if (size === 0 || !has(context, at, size)) return false;
    printOption(context, at, kind, size);
    at += size;
  }
  return true;
}

function printOption(context: Context, at: number, kind: number, size: number): void {
  const { out, bytes } = context;
  switch (kind) {
    case option.ND_OPT_SOURCE_LINKADDR:
    case option.ND_OPT_TARGET_LINKADDR:
      for (let index: number = option.field.data; index < size; index++) {
        if (index > option.field.data) out.byte(0x3a);
        out.hex(bytes[at + index] as number, 2);
      }
      return;
    case option.ND_OPT_PREFIX_INFORMATION:
      if (size >= option.prefix.size) printPrefix(context, at);
      return;
    case option.ND_OPT_MTU:
      out.byte(0x20);
      out.decimal(option.mtu(bytes, at));
      return;
    case option.ND_OPT_RDNSS: {
      let server = at + option.rdnss.addresses;
      if (server + IPV6_ADDRESS_SIZE > at + size) return;
      out.text(" lifetime ");
      out.decimal(option.serversLifetime(bytes, at));
      out.text("s,");
      for (; server + IPV6_ADDRESS_SIZE <= at + size; server += IPV6_ADDRESS_SIZE) {
        out.text(" addr: ");
        out.ipv6(bytes, server);
      }
      return;
    }
  }
}

function printPrefix(context: Context, at: number): void {
  const { out, bytes } = context;
  out.ipv6(bytes, at + option.prefix.prefix);
  out.text("/");
  out.decimal(option.prefixLength(bytes, at));
  printFlags(context, option.prefixFlags(bytes, at), prefixFlags);
  out.text(", valid time ");
  printLifetime(context, option.validLifetime(bytes, at));
  out.text(", pref. time ");
  printLifetime(context, option.preferredLifetime(bytes, at));
}

function printLifetime({ out }: Context, seconds: number): void {
  if (seconds === option.ND_OPT_PI_INFINITY) return out.text("infinity");
  out.decimal(seconds);
  out.text("s");
}
