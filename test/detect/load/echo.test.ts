import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Packet } from "../../../src/capture/packet.js";
import { type BlockSample, EchoExchange } from "../../../src/detect/load/echo-exchange.js";
import { type EchoPath, makeEchoRequest, readEcho } from "../../../src/detect/load/echo-frame.js";
import { echoFilter } from "../../../src/detect/load/echo-receiver.js";
import { makeLoadFrame } from "../../../src/detect/load/load-frame.js";
import { PacketFilter } from "../../../src/wire/kernel/bpf/run.js";
import { dissect } from "../../../src/wire/packet/dissect/dissect.js";

const ETHERNET = 1;
const IDENTIFIER = 0x1234;
const path4: EchoPath = {
  sourceMac: "02:00:00:00:00:01",
  source: "10.0.0.1",
  destinationMac: "02:00:00:00:00:02",
  destination: "10.0.0.2",
};
const path6: EchoPath = { ...path4, source: "fe80::1", destination: "fe80::2" };
const token = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

/** Returns the answer to a request as a host would send it, but without correct checksums. */
function answerTo(request: Uint8Array): Uint8Array {
  const reply = request.slice();
  const isIpv6 = reply[12] === 0x86;
  const swap = (at: number, size: number): void => {
    reply.set(request.subarray(at, at + size), at + size);
    reply.set(request.subarray(at + size, at + 2 * size), at);
  };
  swap(0, 6);
  swap(isIpv6 ? 22 : 26, isIpv6 ? 16 : 4);
  reply[isIpv6 ? 54 : 34] = isIpv6 ? 129 : 0;
  return reply;
}

function packet(bytes: Uint8Array, milliseconds: number): Packet {
  const { length } = bytes;
  const seconds = Math.floor(milliseconds / 1000);
  const nanoseconds = Math.round((milliseconds % 1000) * 1e6);
  return {
    bytes,
    start: 0,
    capturedLength: length,
    length,
    seconds,
    nanoseconds,
    interfaceId: 0,
    packetType: 0,
  };
}

for (const [family, path] of Object.entries({ IPv4: path4, IPv6: path6 }))
  describe(`an echo request over ${family}`, () => {
    const request = makeEchoRequest({ ...path, identifier: IDENTIFIER, sequenceNumber: 7, token });

    it("is read by the codecs, with correct checksums", () => {
      assert.deepEqual(readEcho(request), {
        kind: "request",
        ...path,
        identifier: IDENTIFIER,
        sequenceNumber: 7,
        token,
      });
      const layers = dissect(request, ETHERNET);
      assert.equal(layers.length, 4);
      for (const layer of layers)
        if ("checksumStatus" in layer) assert.equal(layer.checksumStatus, "correct");
      assert.equal(readEcho(answerTo(request))?.kind, "reply");
    });

    it("passes its identifier's filter, and no other", () => {
      const passes = (frame: Uint8Array, identifier: number): boolean =>
        new PacketFilter(echoFilter(identifier)).run(frame, 0, frame.length, frame.length) > 0;
      for (const frame of [request, answerTo(request)]) {
        assert.ok(passes(frame, IDENTIFIER));
        assert.ok(!passes(frame, IDENTIFIER + 1));
      }
      const change = (at: number, value: number): Uint8Array => request.with(at, value);
      assert.ok(!passes(change(12, 0x99), IDENTIFIER), "another type");
      assert.ok(!passes(change(family === "IPv4" ? 23 : 20, 17), IDENTIFIER), "another protocol");
      if (family === "IPv4") assert.ok(!passes(change(21, 1), IDENTIFIER), "a fragment");
      assert.ok(!passes(request.subarray(0, 30), IDENTIFIER), "a part");
    });

    it("is answered only by its own answer, and timed by the packets' timestamps", () => {
      const { exchange, sample, sent } = exchangeWith();
      exchange.send(path, sample, 0);
      const [frame] = sent as [Uint8Array];
      const reply = answerTo(frame);
      const wrong: Record<string, Uint8Array> = {
        "an answer of another card": reply.with(11, 9),
        "an answer to another card": reply.with(5, 9),
        "another host's": reply.with(family === "IPv4" ? 29 : 37, 9),
        "for another host": reply.with(family === "IPv4" ? 33 : 53, 9),
        "another identifier": reply.with(family === "IPv4" ? 38 : 58, 9),
        "another sequence number": reply.with(family === "IPv4" ? 41 : 61, 9),
        "another token": reply.with(
          family === "IPv4" ? 42 : 62,
          (reply[family === "IPv4" ? 42 : 62] as number) ^ 1,
        ),
        "cut off": reply.subarray(0, family === "IPv4" ? 46 : 66),
        "no answer": frame.with(family === "IPv4" ? 34 : 54, 3),
      };
      exchange.take(packet(frame, 1000.25));
      for (const [name, bytes] of Object.entries(wrong)) {
        exchange.take(packet(bytes, 1000.5));
        assert.deepEqual(sample, { times: [], lost: 0 }, name);
      }
      exchange.take(packet(reply, 1001.5));
      exchange.take(packet(reply, 1002));
      assert.deepEqual(sample, { times: [1.25], lost: 0 });
      assert.equal(exchange.waiting, 0);
    });
  });

function exchangeWith(isSent = true): {
  exchange: EchoExchange;
  sample: BlockSample;
  sent: Uint8Array[];
} {
  const sent: Uint8Array[] = [];
  const trySend = (frame: Uint8Array): boolean => {
    sent.push(frame);
    return isSent;
  };
  return { exchange: new EchoExchange({ trySend }, IDENTIFIER), sample: { times: [], lost: 0 }, sent };
}

describe("an exchange of echo requests", () => {
  it("counts requests as lost that were sent and answered late or not at all", () => {
    const { exchange, sample, sent } = exchangeWith();
    for (const now of [0, 1, 2]) exchange.send(path4, sample, now);
    const [first, second, third] = sent as [Uint8Array, Uint8Array, Uint8Array];
    for (const frame of [first, second, third]) exchange.take(packet(frame, 0));
    exchange.take(packet(answerTo(first), 999));
    exchange.take(packet(answerTo(second), 1001));
    exchange.expire(1400);
    assert.deepEqual(sample, { times: [999], lost: 1 });
    assert.equal(exchange.waiting, 1);
    exchange.expire(1600);
    assert.deepEqual(sample, { times: [999], lost: 2 });
    assert.equal(exchange.waiting, 0);
  });

  it("doesn't count requests that weren't sent, that aren't to be counted, or that have no valid time", () => {
    const refused = exchangeWith(false);
    refused.exchange.send(path4, refused.sample, 0);
    assert.equal(refused.exchange.waiting, 0);
    const { exchange, sample, sent } = exchangeWith();
    exchange.send(path4, sample, 0);
    exchange.send(path4, sample, 0);
    exchange.send(path4, undefined, 0);
    const [unseen, back, uncounted] = sent as [Uint8Array, Uint8Array, Uint8Array];
    exchange.take(packet(answerTo(unseen), 3));
    exchange.take(packet(back, 5000));
    exchange.take(packet(answerTo(back), 4000));
    exchange.take(packet(uncounted, 1));
    exchange.take(packet(answerTo(uncounted), 2));
    exchange.expire(9000);
    assert.deepEqual(sample, { times: [], lost: 0 });
  });

  it("distinguishes requests after sequence numbers wrap around", () => {
    const { exchange, sample, sent } = exchangeWith();
    for (let number = 0; number <= 0x1_0000; number++) exchange.send(path4, sample, number * 10);
    const [first] = sent as [Uint8Array];
    const last = sent.at(-1) as Uint8Array;
    assert.equal(readEcho(first)?.sequenceNumber, readEcho(last)?.sequenceNumber);
    exchange.take(packet(last, 1));
    exchange.take(packet(answerTo(first), 2));
    assert.deepEqual(sample.times, []);
    exchange.take(packet(answerTo(last), 3));
    assert.deepEqual(sample.times, [2]);
  });
});

describe("the load test's frame", () => {
  it("is a UDP datagram of the requested size to an address that no host has", () => {
    for (const size of [60, 61, 1514]) {
      const frame = makeLoadFrame("02:00:00:00:00:01", "02:00:00:00:00:fe", size);
      assert.equal(frame.length, size);
      const [link, network, transport] = dissect(frame, ETHERNET);
      assert.ok(
        link?.protocol === "ethernet" && network?.protocol === "ipv4" && transport?.protocol === "udp",
      );
      assert.deepEqual([link.source, link.destination], ["02:00:00:00:00:01", "02:00:00:00:00:fe"]);
      assert.deepEqual([network.timeToLive, network.totalLength], [1, size - 14]);
      assert.deepEqual([network.checksumStatus, transport.checksumStatus], ["correct", "correct"]);
    }
  });
});
