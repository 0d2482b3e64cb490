/** The keywords of libpcap's scanner (pcap-filter(7)); field values are below. Any other word is a name. */
const words = new Set(
  `dst src link ether ppp slip fddi tr wlan arp rarp ip sctp tcp udp icmp igmp igrp pim vrrp carp radio ip6 icmp6 ah esp
  atalk aarp decnet lat sca moprc mopdl iso esis es-is isis is-is l1 l2 iih lsp snp csnp psnp clnp stp ipx netbeui host net
  mask port portrange proto protochain gateway type subtype direction dir address1 addr1 address2 addr2 address3 addr3
  address4 addr4 ra ta less greater byte broadcast multicast and or not len length inbound outbound ifindex vlan mpls
  pppoed pppoes geneve vxlan lane llc metac bcc oam oamf4 oamf4ec oamf4sc sc ilmic vpi vci connectmsg metaconnect on ifname
  rset ruleset rnr rulenum srnr subrulenum reason action fisu lssu lsu msu hfisu hlssu hmsu sio opc dpc sls hsio hopc hdpc
  hsls icmptype icmpcode icmp6type icmp6code tcpflags`.split(/\s+/),
);
const values = /^(icmp6?|tcp)-[a-z0-9]+$/;

/** A word, as libpcap's scanner reads it. A word after a backslash doesn't count, because it is a protocol's name. */
const word = /(?<![\w.$:\\-])[A-Za-z0-9](?:[-_.A-Za-z0-9]*[.A-Za-z0-9])?(?![\w:-])/g;
/** Keywords that determine the kind of the names that follow, up to the next of these keywords. */
const kinds = new Set(["host", "net", "gateway", "src", "dst", "port", "portrange", "proto", "protochain"]);
/** Names of these kinds are looked up in local files (services(5), protocols(5)). */
const local = new Set(["port", "portrange", "proto", "protochain"]);
/** A number, an IPv4 address, or a link-layer address. */
const literal =
  /^(\d+|0x[0-9a-f]+|\d+(\.\d+){1,3}|[0-9a-f]{1,2}([-.][0-9a-f]{1,2}){5}|[0-9a-f]{4}\.?[0-9a-f]{4}\.?[0-9a-f]{4})$/i;

/** An address from a range for documentation (RFC 5737). The backslash makes it a name for the grammar. */
const PLACEHOLDER = "\\192.0.2.1";

/**
 * Replaces every name of a host or network in an expression by an address, so that it can be compiled without any
 * lookup.
 * @returns the new expression, and where the given places are in it
 */
export function withoutNames(
  expression: string,
  places: readonly number[],
): { text: string; places: number[] } {
  let text = "";
  let done = 0;
  let kind = "host";
  const moved = [...places];
  for (const { 0: name, index } of expression.matchAll(word)) {
    if (kinds.has(name)) kind = name;
    if (words.has(name) || values.test(name) || literal.test(name) || local.has(kind)) continue;
    text += expression.slice(done, index) + PLACEHOLDER;
    done = index + name.length;
    const shift = text.length - done;
    places.forEach((place, at) => {
      if (place >= done) moved[at] = place + shift;
    });
  }
  return { text: text + expression.slice(done), places: moved };
}
