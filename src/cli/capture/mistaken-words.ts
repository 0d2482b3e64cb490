import { existsSync } from "node:fs";
import { PromiscError, usageError } from "../../errors.js";
import { readInterfaces } from "../../promiscuity/read.js";

/** The names that capture files usually have. */
const CAPTURE_FILE = /\.p?cap(ng)?\d*(\.(gz|zst))?$/i;

/**
 * Refuses a capture file that is named as if it were an interface. Its name would be compiled as an expression, for
 * which it is looked up as a host.
 * @param word the first word that isn't an interface
 * @throws PromiscError `usage` with the command line that reads the file
 */
export function refuseFileName(word: string | undefined): void {
  if (word === undefined || !(CAPTURE_FILE.test(word) || (word.includes("/") && existsSync(word)))) return;
  throw usageError(
    "capture",
    `${word} is neither an interface nor the beginning of an expression`,
    `to read a capture file: promisc capture -r ${word}`,
  );
}

/** The words of pcap-filter(7) that an expression can begin with. */
const keywords = new Set(
  (
    "host net port portrange less greater proto protochain gateway broadcast multicast inbound outbound not src dst " +
    "ether fddi tr wlan ppp slip link ip ip6 arp rarp decnet tcp udp sctp icmp icmp6 igmp igrp pim ah esp vrrp carp " +
    "atalk aarp sca lat moprc mopdl iso esis es-is isis is-is clnp stp ipx netbeui ifname on rnr rulenum reason rset " +
    "ruleset srnr subrulenum action ifindex type subtype dir direction addr1 addr2 addr3 addr4 ra ta vlan mpls pppoed " +
    "pppoes geneve vxlan gre lane llc oam oamf4 oamf4ec oamf4sc sc ilmic connectmsg metaconnect metac bcc len radio " +
    "l1 l2 iih lsp snp csnp psnp vpi vci hopcount address1 address2 address3 address4 sio opc dpc sls byte and or"
  ).split(" "),
);

/** What can be an interface's name, and neither an address nor part of an expression's syntax. */
const POSSIBLE_NAME = /^(?=.*[a-z])[\w.@-]{1,15}$/i;

/**
 * Explains why an expression can't be compiled, if its first word was probably meant as an interface.
 * @param word the first word that isn't an interface
 * @returns the error to report: a better one, or the given one
 */
export function explainFirstWord(error: unknown, word: string | undefined): unknown {
  if (!(error instanceof PromiscError) || error.operation !== "compile the filter expression") return error;
  if (word === undefined || !POSSIBLE_NAME.test(word) || keywords.has(word.toLowerCase())) return error;
  const names = readInterfaces().map(({ ifname }) => ifname);
  const near = names.filter((name) => isNear(name, word)).slice(0, 5);
  return new PromiscError({
    code: "no-interface",
    operation: "capture",
    reason: `there is no interface ${word}, and no expression begins so (${error.message.replace(/^.*?: /, "")})`,
    hint:
      near.length > 0
        ? `did you mean ${near.join(" or ")}?`
        : `promisc lists the interfaces; these are up: ${upOnes().join(", ") || "none"}`,
    cause: error,
  });
}

/** The most interfaces that a hint names. */
const MOST_NAMED = 8;

function upOnes(): string[] {
  return readInterfaces()
    .filter(({ flags }) => flags.includes("UP"))
    .slice(0, MOST_NAMED)
    .map(({ ifname }) => ifname);
}

/** Returns whether two names differ only in their digits, in the case, or in one letter. */
function isNear(name: string, word: string): boolean {
  const withoutDigits = (text: string): string => text.toLowerCase().replace(/\d+/g, "0");
  return withoutDigits(name) === withoutDigits(word) || isOneEditAway(name.toLowerCase(), word.toLowerCase());
}

/** Returns whether one letter was left out, inserted or replaced, or two neighbours were exchanged. */
function isOneEditAway(a: string, b: string): boolean {
  const shorter = a.length <= b.length ? a : b;
  const longer = a.length <= b.length ? b : a;
  if (longer.length - shorter.length > 1 || longer.length < 3) return false;
  let at = 0;
  while (at < shorter.length && shorter[at] === longer[at]) at++;
  if (shorter.length < longer.length) return shorter.slice(at) === longer.slice(at + 1);
  if (shorter.slice(at + 1) === longer.slice(at + 1)) return true;
  return (
    shorter[at] === longer[at + 1] &&
    shorter[at + 1] === longer[at] &&
    shorter.slice(at + 2) === longer.slice(at + 2)
  );
}
