import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { publishedVerdicts } from "../../../../src/detect/scan/verdict/published.js";
import { evidenceOf, passesFilter, passesGroups } from "../../../support/lan/evidence.js";

const alarms = (answers: Parameters<typeof evidenceOf>[0]): Record<string, boolean | undefined> =>
  Object.fromEntries(publishedVerdicts(evidenceOf(answers).probes).map(({ tool, alarm }) => [tool, alarm]));

describe("the verdict of published tools", () => {
  it("on a host that answers every probe is that it sniffs", () => {
    assert.deepEqual(
      alarms((probe) => (passesGroups(probe) ? 1 : 0)),
      {
        "nmap sniffer-detect": true,
        "scapy is_promisc": true,
        "scapy promiscping": true,
        "sniffdet arp": true,
        "thc-ipv6 detect_sniffer6": true,
      },
    );
  });

  it("on a host that filters is that it doesn't", () => {
    assert.deepEqual(
      alarms((probe) => (passesFilter(probe) ? 1 : 0)),
      {
        "nmap sniffer-detect": false,
        "scapy is_promisc": false,
        "scapy promiscping": false,
        "sniffdet arp": false,
        "thc-ipv6 detect_sniffer6": false,
      },
    );
  });

  it("on a hash filter that contains ff:00:00:00:00:00 depends on the use of that one answer", () => {
    const found = alarms((probe) =>
      passesFilter(probe) || probe.destination === "ff:00:00:00:00:00" ? 1 : 0,
    );
    assert.deepEqual(found, {
      "nmap sniffer-detect": undefined,
      "scapy is_promisc": false,
      "scapy promiscping": false,
      "sniffdet arp": true,
      "thc-ipv6 detect_sniffer6": false,
    });
  });

  it("of nmap prints its patterns in nmap's order", () => {
    const [nmap] = publishedVerdicts(
      evidenceOf(({ kind, destination, role }) =>
        role === "discovery" ||
        (kind === "arp" && destination === "ff:ff:ff:ff:ff:fe") ||
        destination === "01:00:5e:00:00:01"
          ? 1
          : 0,
      ).probes,
    );
    assert.equal(nmap?.says, 'Unknown (tests: "11____1_")');
  });
});
