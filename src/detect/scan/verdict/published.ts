import { BROADCAST } from "../../../wire/packet/link/ethernet-address.js";
import { ALL_HOSTS, sanaiGroups } from "../probe/probe.js";
import type { ProbeOutcome } from "./evidence.js";

/** What another tool would conclude from the same answers. */
export interface PublishedVerdict {
  readonly tool: string;
  /** Whether the tool reports a sniffer. Undefined if it says that it can't decide. */
  readonly alarm: boolean | undefined;
  /** The tool's own words, if it prints any. */
  readonly says: string;
}

/** The tests of nmap's script sniffer-detect, in its order: B32, B31, B16, B8, G, M0, M1, M3. */
const { B31, B16, B8, G, M0, M3 } = sanaiGroups;
const nmapTests = [BROADCAST, B31, B16, B8, G, M0, ALL_HOSTS, M3];

/** The script's conclusion for each pattern. It prints nothing for those that are no alarm. */
const nmapPatterns: Readonly<Record<string, Omit<PublishedVerdict, "tool">>> = {
  "1_____1_": { alarm: false, says: "" },
  "1_______": { alarm: false, says: "" },
  "1___1_1_": { alarm: false, says: "" },
  "11111111": { alarm: true, says: "Likely in promiscuous mode" },
  "111___1_": { alarm: true, says: "Likely in promiscuous mode" },
  "1_1___1_": { alarm: undefined, says: "Windows with libpcap installed; may or may not be sniffing" },
};

/**
 * Returns what nmap's sniffer-detect, scapy's is_promisc and promiscping, sniffdet's ARP test and thc-ipv6's
 * detect_sniffer6 would have concluded. Each is judged by the very frames that it sends; for detect_sniffer6, by frames
 * for a group that nobody has joined. Tools whose frames weren't sent are left out.
 */
export function publishedVerdicts(probes: readonly ProbeOutcome[]): PublishedVerdict[] {
  const arp = probes.filter(({ kind }) => kind === "arp");
  const verdicts: PublishedVerdict[] = [];
  if (arp.some(({ role }) => role === "known-group")) {
    const answers = (destination: string): boolean =>
      arp.some((probe) => probe.destination === destination && probe.answered > 0);
    const pattern = nmapTests.map((destination) => (answers(destination) ? "1" : "_")).join("");
    const known = nmapPatterns[pattern] ?? { alarm: undefined, says: "Unknown" };
    verdicts.push({
      tool: "nmap sniffer-detect",
      ...known,
      says: `${known.says} (tests: "${pattern}")`.trim(),
    });
    verdicts.push(alarmIf("scapy is_promisc", answers(B16)), alarmIf("scapy promiscping", answers(B31)));
    verdicts.push(alarmIf("sniffdet arp", answers(B8)));
  }
  const toAll = probes.filter(
    ({ kind, role }) => (kind === "icmp6-all" || kind === "option-all") && role === "random-group",
  );
  if (toAll.length > 0)
    verdicts.push(
      alarmIf(
        "thc-ipv6 detect_sniffer6",
        toAll.some(({ answered }) => answered > 0),
      ),
    );
  return verdicts;
}

function alarmIf(tool: string, alarm: boolean): PublishedVerdict {
  return { tool, alarm, says: alarm ? "promiscuous" : "not promiscuous" };
}
