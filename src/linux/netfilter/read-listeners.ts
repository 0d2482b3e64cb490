import type { Seen } from "../netlink/unseen.js";
import type { NetfilterListener } from "./netfilter-listener.js";
import { readNfTables } from "./nf-tables.js";
import { readXTables } from "./x-tables.js";

/**
 * Reads the rules of netfilter that pass packets on, in the calling thread's network namespace: those of nftables,
 * which iptables-nft(8) makes too, and those of iptables-legacy(8) and ip6tables-legacy(8). Needs CAP_NET_ADMIN in the
 * namespace's user namespace. Changes nothing and loads no module.
 * @param options `time`: the time after which reading stops, in milliseconds
 */
export function readNetfilterListeners({ time }: { readonly time?: number } = {}): Seen<NetfilterListener> {
  const all = [readNfTables(time === undefined ? {} : { time }), readXTables()];
  return { values: all.flatMap(({ values }) => values), unseen: all.flatMap(({ unseen }) => unseen) };
}
