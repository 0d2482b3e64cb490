import { readIfreq } from "../../src/wire/kernel/ifreq.js";
import {
  readNfTable,
  readNfTablesChain,
  readNfTablesRule,
} from "../../src/wire/kernel/netfilter/nf-tables.js";
import { readDone, readError } from "../../src/wire/kernel/netlink/error.js";
import type { NetlinkMessage } from "../../src/wire/kernel/netlink/message.js";
import { readPacketMreq } from "../../src/wire/kernel/packet-mreq.js";
import { readAddress } from "../../src/wire/kernel/rtnetlink/address.js";
import { readLink } from "../../src/wire/kernel/rtnetlink/link.js";
import { readNeighbour } from "../../src/wire/kernel/rtnetlink/neighbour.js";
import { readNetnsId } from "../../src/wire/kernel/rtnetlink/netns-id.js";
import { readRoute } from "../../src/wire/kernel/rtnetlink/route.js";
import { readTrafficControl } from "../../src/wire/kernel/rtnetlink/traffic-control.js";
import { filterActions } from "../../src/wire/kernel/rtnetlink/traffic-filter.js";
import { readPacketSocket } from "../../src/wire/kernel/sock-diag/packet.js";

/** A function that reads a message's payload, with its name. */
export interface Reader {
  readonly name: string;
  read(message: NetlinkMessage): unknown;
}

/** Every reader of payloads. */
export const readers: readonly Reader[] = [
  { name: "link", read: ({ payload }) => readLink(payload) },
  { name: "address", read: ({ payload }) => readAddress(payload) },
  { name: "namespace id", read: ({ payload }) => readNetnsId(payload) },
  { name: "neighbour", read: ({ payload }) => readNeighbour(payload) },
  { name: "route", read: ({ payload }) => readRoute(payload) },
  { name: "traffic control", read: ({ payload }) => readTraffic(payload) },
  { name: "nf_tables table", read: ({ payload }) => readNfTable(payload) },
  { name: "nf_tables chain", read: ({ payload }) => readNfTablesChain(payload) },
  { name: "nf_tables rule", read: ({ payload }) => readNfTablesRule(payload) },
  { name: "packet socket", read: ({ payload }) => readPacketSocket(payload) },
  { name: "error", read: readError },
  { name: "done", read: readDone },
  { name: "ifreq", read: ({ payload }) => readIfreq(payload) },
  { name: "packet_mreq", read: ({ payload }) => readPacketMreq(payload) },
];

function readTraffic(payload: Uint8Array): unknown {
  const value = readTrafficControl(payload);
  return [value, filterActions(value.kind ?? "", value.options ?? new Uint8Array(0)) ?? "unknown"];
}
