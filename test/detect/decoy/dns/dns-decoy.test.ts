import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sendFrame } from "../../../../src/capture/send.js";
import { dnsDecoy } from "../../../../src/detect/decoy/dns/dns-decoy.js";
import type { DnsDecoyEvent, DnsDecoyQuery, DnsDecoyResult } from "../../../../src/detect/decoy/dns/event.js";
import type { DnsDecoyOptions, DnsDecoyTarget } from "../../../../src/detect/decoy/dns/options.js";
import type { LabHost } from "../../../../src/lab/host.js";
import { createLan, type Lan } from "../../../../src/lab/lan.js";
import { readInterface } from "../../../../src/promiscuity/read.js";
import { ptrMessage, udpFrame } from "../../../support/lan/ptr-query.js";
import { nameServer, sniffer } from "../../../support/lan/resolving-sniffer.js";
import { noTun } from "../../../support/network/devices.js";
import { ip, isolate, noNamespaces } from "../../../support/network/namespace.js";
import { cable } from "../../../support/network/veth.js";
import { noTcpdump } from "../../../support/process/holding-processes.js";
import { lacking } from "../../../support/process/peer.js";

isolate();

const target = ({ ip, mac }: LabHost): DnsDecoyTarget => ({ host: ip, mac });

/** Runs the DNS decoy from the first host of a LAN on all others. */
async function* probing(lan: Lan, options: Partial<DnsDecoyOptions> = {}): AsyncGenerator<DnsDecoyEvent> {
  const [prober, ...others] = lan.hosts as [LabHost, ...LabHost[]];
  const events = dnsDecoy({
    interface: "eth0",
    targets: others.map(target),
    wait: 1500,
    rate: 50,
    promiscuous: true,
    ...options,
  });
  const first = await prober.run(() => events.next());
  if (first.done) return;
  yield first.value;
  yield* events;
}

async function collect(events: AsyncGenerator<DnsDecoyEvent>): Promise<DnsDecoyEvent[]> {
  const seen: DnsDecoyEvent[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}

const queries = (events: readonly DnsDecoyEvent[]): DnsDecoyQuery[] =>
  events.filter((event) => event.event === "query");

function resultOf(events: readonly DnsDecoyEvent[], host: LabHost): DnsDecoyResult | undefined {
  const end = events.at(-1);
  return end?.event === "end" ? end.results.find((result) => result.host === host.ip) : undefined;
}

const count = (host: LabHost): number => host.run(() => readInterface("eth0").promiscuity);

const lackingHere = noNamespaces || noTun || noTcpdump || lacking("ip", "tcpdump", "unshare", "mount");

describe("the DNS decoy on a LAN", { skip: lackingHere, timeout: 120_000 }, () => {
  const make = (options: Parameters<typeof createLan>[0] = {}): Lan => createLan({ hosts: 4, ...options });

  for (const isSwitch of [false, true])
    it(`finds a sniffer that resolves names at the prober ${isSwitch ? "on a switch" : "on a hub"}`, async () => {
      using lan = make({ switch: isSwitch });
      const [prober, , third] = lan.hosts as [LabHost, LabHost, LabHost];
      await using _server = await nameServer(prober);
      await using _sniffer = await sniffer(third, prober.ip);
      const events = await collect(probing(lan, { promiscuous: false }));
      const found = queries(events);
      assert.ok(found.length > 0);
      for (const query of found) {
        assert.equal(query.finding, true);
        assert.deepEqual(query.target, target(third));
        assert.deepEqual([query.address, query.mac], [third.ip, third.mac]);
        assert.ok((query.delay ?? -1) >= 0);
      }
      // IPv6 is used too, because the hosts have link-local addresses.
      assert.ok(found.some(({ decoy }) => decoy.startsWith("198.19.")));
      assert.ok(found.some(({ decoy }) => decoy.startsWith("2001:2:")));
      const verdicts = lan.hosts.slice(1).map((host) => resultOf(events, host)?.verdict);
      assert.deepEqual(verdicts, ["silent", "asks", "silent"]);
      assert.equal(resultOf(events, third)?.sent, 2 * 2 * 2 * 3);
    });

  it("sees queries to another name server on a hub if it is promiscuous", async () => {
    using lan = make();
    const [prober, second, third] = lan.hosts as [LabHost, LabHost, LabHost];
    await using _server = await nameServer(second);
    await using _sniffer = await sniffer(third, second.ip);
    const blind = await collect(probing(lan, { promiscuous: false }));
    assert.deepEqual(queries(blind), []);
    assert.match(resultOf(blind, third)?.words ?? "", /we can't see its queries/);
    for await (const event of probing(lan)) {
      if (event.event === "start") assert.equal(event.promiscuous, true);
      if (event.event !== "query") continue;
      assert.equal(event.asker, "target");
      assert.deepEqual(event.target, target(third));
      assert.equal(event.resolver, second.ip);
      break;
    }
    assert.equal(count(prober), 0);
  });

  it("accuses no sniffer that sends no queries, and no host without promiscuous mode", async () => {
    using lan = make({ hosts: 5 });
    const [prober, second, third, fourth, fifth] = lan.hosts as [LabHost, ...LabHost[]] & LabHost[];
    assert.ok(prober && second && third && fourth && fifth);
    fourth.run(() => ip("link set eth0 allmulticast on"));
    await using _server = await nameServer(prober);
    await using _control = await sniffer(second, prober.ip);
    await using _silent = await sniffer(third, prober.ip, "-n");
    await using _allMulticast = await sniffer(fourth, prober.ip, "-p");
    await using _ordinary = await sniffer(fifth, prober.ip, "-p");
    const events = await collect(probing(lan));
    assert.deepEqual(
      [second, third, fourth, fifth].map((host) => resultOf(events, host)?.verdict),
      ["asks", "silent", "silent", "silent"],
    );
    // The third host received the decoys all the same.
    assert.ok(third.counts.passed.other >= 16);
    assert.equal(fourth.counts.passed.other, 0);
  });

  it("distinguishes its own machine's queries from those of others", async () => {
    using lan = make();
    const [prober, second] = lan.hosts as [LabHost, LabHost];
    await using _server = await nameServer(second);
    await using _sniffer = await sniffer(prober, second.ip);
    const events = await collect(probing(lan));
    const found = queries(events);
    assert.ok(found.length > 0);
    for (const { asker, finding, address } of found)
      assert.deepEqual({ asker, finding, address }, { asker: "self", finding: false, address: prober.ip });
  });

  it("accuses nobody for queries that another host forges or that are malformed", async () => {
    using lan = make();
    const [prober, second, third, fourth] = lan.hosts as [LabHost, LabHost, LabHost, LabHost];
    const seen: DnsDecoyEvent[] = [];
    for await (const event of probing(lan, { targets: [target(third), target(fourth)] })) {
      seen.push(event);
      if (event.event !== "slot") continue;
      second.run(() => {
        const message = ptrMessage(event.decoys.slice(0, 1));
        // The second host asks as itself, and as the third host, whose Ethernet address a careless forger doesn't use.
        sendFrame("eth0", udpFrame(second, prober, message));
        sendFrame("eth0", udpFrame({ ip: third.ip, mac: second.mac }, prober, message));
        sendFrame("eth0", udpFrame({ ip: third.ip, mac: third.mac }, prober, message.subarray(0, 30)));
        sendFrame("eth0", udpFrame({ ip: third.ip, mac: third.mac }, prober, message.fill(0xff, 12)));
      });
    }
    const askers = queries(seen).map(({ asker, finding, address }) => ({ asker, finding, address }));
    assert.equal(askers.length, 8);
    for (const each of askers)
      assert.deepEqual(
        each,
        each.address === second.ip
          ? { asker: "other", finding: false, address: second.ip }
          : { asker: "target-address", finding: false, address: third.ip },
      );
    const end = seen.at(-1);
    assert.ok(end?.event === "end");
    assert.equal(end.malformed, 8);
    assert.deepEqual(
      end.results.map(({ verdict }) => verdict),
      ["silent", "silent"],
    );
  });

  it("stops at once when it is aborted or left, and releases the interface", async () => {
    using lan = make();
    const [prober, second] = lan.hosts as [LabHost, LabHost];
    prober.run(() => ip("link set eth0 promisc on"));
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const { event } of probing(lan, { signal: stop.signal, rounds: 10, rate: 1, wait: 60_000 })) {
      seen.push(event);
      assert.equal(count(prober), 2);
      if (event === "slot") stop.abort();
    }
    assert.deepEqual(seen, ["start", "slot"]);
    assert.equal(count(prober), 1);
    // Wait for frames that are on their way.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { other } = second.counts.filtered;
    await new Promise((resolve) => setTimeout(resolve, 1200));
    assert.equal(second.counts.filtered.other, other);

    assert.deepEqual(await collect(probing(lan, { signal: stop.signal })), []);
    for await (const { event } of probing(lan)) if (event === "slot") break;
    assert.equal(count(prober), 1);
  });

  it("fails when its interface goes down, and refuses interfaces that it can't use", async () => {
    cable("v0", "v1");
    const targets = [{ host: "192.0.2.7", mac: "02:00:00:00:00:07" }];
    for (const [seen, promiscuous] of [
      ["slot", true],
      ["start", false],
    ] as const) {
      ip("link set v0 up");
      const probe = async (): Promise<void> => {
        for await (const { event } of dnsDecoy({ interface: "v0", targets, promiscuous, wait: 30_000 }))
          if (event === seen) ip("link set v0 down");
      };
      await assert.rejects(probe(), { code: "kernel", message: /^cannot send DNS decoys by v0: / });
    }
    assert.equal(readInterface("v0").promiscuity, 0);
    const using = (name: string) => collect(dnsDecoy({ interface: name, targets }));
    await assert.rejects(using("lo"), { code: "usage" });
    await assert.rejects(using("eth9"), { code: "no-interface" });
  });
});
