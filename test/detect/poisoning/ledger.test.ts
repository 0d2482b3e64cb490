import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { AddressClaim } from "../../../src/detect/poisoning/claim.js";
import type { PoisoningKind } from "../../../src/detect/poisoning/event.js";
import { Ledger } from "../../../src/detect/poisoning/ledger.js";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

const ME = "02:00:00:00:00:01";
const HOST = "02:00:00:00:00:02";
const GATEWAY = "02:00:00:00:00:fe";
const ATTACKER = "02:00:00:00:00:66";
const VRRP = "00:00:5e:00:01:07";

const ledger = (): Ledger =>
  new Ledger({
    ifname: "eth0",
    mac: ME,
    own: new Set(["192.0.2.1", "fe80::1"]),
    gateways: new Set(["192.0.2.254"]),
    neighbours: [
      ["192.0.2.254", GATEWAY],
      ["192.0.2.2", HOST],
    ],
  });

let clock = 1_700_000_000_000;
const claim = (address: string, mac: string, more: Partial<AddressClaim> = {}): AddressClaim => {
  clock += 1000;
  return {
    time: new Date(clock).toISOString(),
    at: clock,
    address,
    mac,
    source: mac,
    how: "ARP reply",
    ...more,
  };
};

describe("the ledger of address claims reports", () => {
  /** The rows of the table in docs/scan.md: claims, and the findings of the last one. */
  const rows: readonly [
    name: string,
    claims: () => AddressClaim[],
    kinds: PoisoningKind[],
    severity?: string,
  ][] = [
    ["a claim that is known", () => [claim("192.0.2.2", HOST)], []],
    ["a new host's claim", () => [claim("192.0.2.7", "02:00:00:00:00:07", { how: "ARP announcement" })], []],
    ["this host's own claim", () => [claim("192.0.2.1", ME)], []],
    [
      "a claim of this host's address",
      () => [claim("192.0.2.1", ATTACKER)],
      ["own-address-claimed"],
      "alarm",
    ],
    ["a change of a router's address", () => [claim("192.0.2.254", ATTACKER)], ["gateway-changed"], "alarm"],
    [
      "a change of the address of a router that advertised itself",
      () => [
        claim("fe80::fe", GATEWAY, { how: "router advertisement" }),
        claim("fe80::fe", ATTACKER, { how: "neighbour advertisement" }),
      ],
      ["gateway-changed"],
      "alarm",
    ],
    [
      "a router's failover to VRRP",
      () => [claim("192.0.2.254", VRRP, { source: GATEWAY })],
      ["failover"],
      "notice",
    ],
    ["a change of a host's address", () => [claim("192.0.2.2", ATTACKER)], ["changed"], "warning"],
    [
      "claims by two machines in turns",
      () => [claim("192.0.2.2", HOST), claim("192.0.2.2", ATTACKER), claim("192.0.2.2", HOST)],
      ["conflict"],
      "warning",
    ],
    [
      "a claim in another machine's frame",
      () => [claim("192.0.2.9", HOST, { source: ATTACKER })],
      ["forged-sender"],
      "warning",
    ],
    [
      "the sixteenth address of one machine",
      () => Array.from({ length: 16 }, (_, at) => claim(`192.0.2.${100 + at}`, ATTACKER)),
      ["many-addresses"],
      "warning",
    ],
    [
      "the fifteenth address of one machine",
      () => Array.from({ length: 15 }, (_, at) => claim(`192.0.2.${100 + at}`, ATTACKER)),
      [],
    ],
  ];
  for (const [name, claims, kinds, severity] of rows)
    it(`${kinds.join(", ") || "nothing"} for ${name}`, () => {
      const heard = ledger();
      const told =
        claims()
          .map((each) => heard.hear(each))
          .at(-1) ?? [];
      assert.deepEqual(
        told.map(({ kind }) => kind),
        kinds,
      );
      if (severity) assert.equal(told[0]?.severity, severity);
      for (const { evidence } of told) assert.ok(evidence.length > 20);
    });

  it("a finding once per minute, with the number of repetitions", () => {
    const heard = ledger();
    const other = { address: "192.0.2.1", mac: ATTACKER };
    assert.equal(heard.hear(claim(other.address, other.mac)).length, 1);
    for (let time = 0; time < 5; time++) assert.equal(heard.hear(claim(other.address, other.mac)).length, 0);
    clock += 60_000;
    assert.equal(heard.hear(claim(other.address, other.mac))[0]?.repeated, 5);
  });

  it("a flood of claims in bounded memory", () => {
    const heard = ledger();
    const kinds = new Set<string>();
    const before = process.memoryUsage().heapUsed;
    for (let number = 0; number < 200_000; number++) {
      const mac = `02:01:${[number >> 24, number >> 16, number >> 8, number].map((byte) => (byte & 255).toString(16).padStart(2, "0")).join(":")}`;
      const address = `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
      for (const { kind } of heard.hear(claim(address, mac))) kinds.add(kind);
    }
    assert.deepEqual([...kinds], ["table-full"]);
    assert.ok(process.memoryUsage().heapUsed - before < 200e6);
    // A router isn't removed from the full table, although it was silent meanwhile.
    assert.deepEqual(
      heard.hear(claim("192.0.2.254", ATTACKER)).map(({ kind }) => kind),
      ["gateway-changed"],
    );
  });

  it("too many advertised routers in bounded memory, and keeps the true ones", () => {
    const heard = ledger();
    const advertise = (address: string, mac: string) =>
      heard.hear(claim(address, mac, { how: "router advertisement", at: now }));
    const now = clock + 1;
    advertise("fe80::fe", GATEWAY);
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    const kinds = new Set<string>();
    for (let number = 0; number < 300_000; number++)
      for (const { kind } of advertise(
        `fe80::${(number >> 16).toString(16)}:${(number & 0xffff).toString(16)}:1`,
        ATTACKER,
      ))
        kinds.add(kind);
    collectGarbage();
    const grown = process.memoryUsage().heapUsed - before;
    assert.ok(grown < 30e6, `${Math.round(grown / 1e6)} MB more`);
    assert.deepEqual([...kinds].sort(), ["many-addresses", "many-routers", "table-full"]);
    const [finding] = heard.hear(claim("fe80::fe", ATTACKER));
    assert.equal(finding?.kind, "gateway-changed");
  });

  it("changes of advertised routers until they are silent for two and a half hours", () => {
    const heard = ledger();
    const advertise = (address: string) =>
      heard.hear(claim(address, GATEWAY, { how: "router advertisement" }));
    for (let number = 0; number < 256; number++) advertise(`fe80::${number}`);
    assert.deepEqual(
      advertise("fe80::aaaa")
        .map(({ kind }) => kind)
        .filter((kind) => kind === "many-routers"),
      ["many-routers"],
    );
    clock += 9_000_000;
    advertise("fe80::aaaa");
    const kinds = (address: string) => heard.hear(claim(address, ATTACKER)).map(({ kind }) => kind);
    assert.deepEqual(kinds("fe80::aaaa"), ["gateway-changed"]);
    assert.deepEqual(kinds("fe80::0"), ["changed"]);
  });

  it("findings by this host's current addresses and routers", () => {
    const heard = ledger();
    const kinds = (address: string, mac: string) => heard.hear(claim(address, mac)).map(({ kind }) => kind);
    const late = claim("192.0.2.5", ATTACKER);
    heard.hear(claim("192.0.2.5", HOST));
    heard.update({ mac: ME, own: new Set(["192.0.2.5"]), gateways: new Set(["192.0.2.2"]) }, clock + 1);
    // The address was claimed before it was this host's.
    assert.deepEqual(heard.hear(late), []);
    assert.deepEqual(kinds("192.0.2.5", ATTACKER), ["own-address-claimed"]);
    assert.deepEqual(kinds("192.0.2.1", ATTACKER), []);
    assert.deepEqual(kinds("192.0.2.2", ATTACKER), ["gateway-changed"]);
    assert.deepEqual(kinds("192.0.2.254", ATTACKER), ["changed"]);
  });
});
