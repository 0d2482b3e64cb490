import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dissect } from "../../../src/wire/packet/dissect/dissect.js";
import type { Layer } from "../../../src/wire/packet/dissect/layer.js";
import * as bsdLoopback from "../../../src/wire/packet/link/bsd-loopback.js";
import * as ethernet from "../../../src/wire/packet/link/ethernet.js";
import * as llc from "../../../src/wire/packet/link/llc.js";
import * as sll from "../../../src/wire/packet/link/sll.js";
import * as sll2 from "../../../src/wire/packet/link/sll2.js";
import * as stp from "../../../src/wire/packet/link/stp.js";
import * as vlan from "../../../src/wire/packet/link/vlan.js";
import * as arp from "../../../src/wire/packet/network/arp.js";
import * as icmp from "../../../src/wire/packet/network/icmp.js";
import * as icmp6 from "../../../src/wire/packet/network/icmp6/icmp6.js";
import * as discovery from "../../../src/wire/packet/network/icmp6/neighbour-discovery.js";
import * as igmp from "../../../src/wire/packet/network/igmp.js";
import * as ipsec from "../../../src/wire/packet/network/ipsec.js";
import * as ipv4 from "../../../src/wire/packet/network/ipv4.js";
import * as ipv6 from "../../../src/wire/packet/network/ipv6.js";
import * as fragment from "../../../src/wire/packet/network/ipv6-fragment.js";
import * as options from "../../../src/wire/packet/network/ipv6-options.js";
import * as routing from "../../../src/wire/packet/network/ipv6-routing.js";
import * as tcp from "../../../src/wire/packet/transport/tcp.js";
import * as udp from "../../../src/wire/packet/transport/udp.js";
import { goldenPackets } from "../../support/wire/golden/packets/all.js";
import { rebuild } from "../../support/wire/rebuild.js";

/**
 * The modules of each protocol. Each function in them that is named after a key of a layer's value must read that key.
 */
const modules: Readonly<Record<string, readonly object[]>> = {
  ethernet: [ethernet],
  vlan: [vlan],
  llc: [llc],
  stp: [stp],
  sll: [sll],
  sll2: [sll2],
  null: [bsdLoopback],
  arp: [arp],
  ipv4: [ipv4],
  ipv6: [ipv6],
  "ipv6-hop-by-hop": [options],
  "ipv6-routing": [routing],
  "ipv6-fragment": [fragment],
  ah: [ipsec],
  icmp: [icmp],
  icmp6: [icmp6, discovery],
  igmp: [igmp],
  tcp: [tcp],
  udp: [udp],
};

type Reader = (bytes: Uint8Array, at: number) => unknown;

/** Returns what the accessors of a layer's modules read at `at`, beside the layer's own values, by key. */
function readings(layer: Layer, bytes: Uint8Array, at: number): [key: string, read: unknown, own: unknown][] {
  return Object.entries(layer).flatMap(([key, own]) =>
    (modules[layer.protocol] ?? []).flatMap((module) => {
      const reader = (module as Record<string, unknown>)[key];
      if (typeof reader !== "function" || typeof own !== "number") return [];
      return [[key, (reader as Reader)(bytes, at), own] as [string, unknown, unknown]];
    }),
  );
}

describe("accessors of single fields agree with the codec for", () => {
  const compared = new Map<string, number>();
  for (const { name, bytes, linkType } of goldenPackets)
    it(name, () => {
      const into = new Uint8Array(2 * bytes.length + 16);
      let at = 7;
      const packet = dissect(bytes, linkType);
      for (const layer of packet.flatMap((each) =>
        "original" in each ? [each, ...(each.original ?? [])] : each,
      )) {
        // An error is written without its original packet, which comes next.
        const next = rebuild(["original" in layer ? { ...layer, original: [] } : layer], into, at);
        for (const [key, read, own] of readings(layer, into, at))
          assert.equal(read, own, `${layer.protocol} ${key}`);
        compared.set(layer.protocol, (compared.get(layer.protocol) ?? 0) + readings(layer, into, at).length);
        at = next;
      }
    });

  it("at least one packet of each protocol", () =>
    assert.deepEqual(
      Object.keys(modules).filter((protocol) => !compared.get(protocol)),
      [],
    ));
});
