import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LineWriter } from "../../../src/capture/print/line-writer.js";
import { defaultPrintOptions, type PrintOptions } from "../../../src/capture/print/options.js";
import { LinePrinter } from "../../../src/capture/print/printer.js";
import { LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL2, LINKTYPE_NULL } from "../../../src/wire/file/linktype.js";
import { hex } from "../../support/wire/golden/hex.js";

const plain: PrintOptions = { ...defaultPrintOptions, time: "none" };

function print(bytes: Uint8Array, linkType: number, options: Partial<PrintOptions>): string {
  const out = new LineWriter();
  const { length } = bytes;
  new LinePrinter({ ...plain, ...options }).print(
    {
      bytes,
      start: 0,
      capturedLength: length,
      length,
      seconds: 0,
      nanoseconds: 0,
      interfaceId: 0,
      packetType: 0,
    },
    linkType,
    out,
  );
  return out.written().toString("latin1");
}

/** Returns an IPv4 packet without payload that has 12 bytes of one option. */
const withOption = (type: string): Uint8Array =>
  hex(`
    01 02 03 04 05 06 07 08 09 0a 0b 0c 08 00
    48 00 00 20 00 00 00 00 40 63 00 00 0a 00 00 00 0a 00 00 00
    ${type} 0c 00 00 00 00 00 00 00 00 00 00
  `);

/** The expected lines are those of tcpdump 4.99, for packets that none of the captures has. */
describe("the printer prints as tcpdump does", () => {
  it("the traceroute option of IPv4", () =>
    assert.equal(
      print(withOption("52"), LINKTYPE_ETHERNET, { verbose: 1 }),
      "IP (tos 0x0, ttl 64, id 0, offset 0, flags [none], proto unknown (99), length 32, options (traceroute), " +
        "bad cksum 0 (->1170)!)\n    10.0.0.0 > 10.0.0.0:  ip-proto-99 0\n",
    ));

  it("an unknown option of IPv4", () =>
    assert.equal(
      print(withOption("86"), LINKTYPE_ETHERNET, { verbose: 1 }),
      "IP (tos 0x0, ttl 64, id 0, offset 0, flags [none], proto unknown (99), length 32, options (unknown 134), " +
        "bad cksum 0 (->dd6f)!)\n    10.0.0.0 > 10.0.0.0:  ip-proto-99 0\n",
    ));

  const family = hex("09 00 00 00 45 00 00 14");
  it("an unknown address family of a BSD loopback", () =>
    assert.equal(
      print(family, LINKTYPE_NULL, {}),
      "AF Unknown (9), length 8: \n\t0x0000:  4500 0014                                E...\n",
    ));

  it("an unknown address family of a BSD loopback with the option quiet", () =>
    assert.equal(print(family, LINKTYPE_NULL, { quiet: true }), "Unknown AF 9, length 8: \n"));
});

/** Returns an Ethernet frame with a UDP datagram that carries a text. Its checksums are wrong. */
function datagram(text: string): Uint8Array {
  const payload = Buffer.from(text, "latin1");
  const header = hex(`
    02 00 00 00 00 02 02 00 00 00 00 01 08 00
    45 00 00 00 00 01 00 00 40 11 00 00 0a 00 00 01 0a 00 00 02
    03 e8 07 d0 00 00 12 34
  `);
  header[17] = 28 + payload.length;
  header[39] = 8 + payload.length;
  return Buffer.concat([header, payload]);
}

describe("the printer prints with tcpdump's options", () => {
  const text = "GET / HTTP/1.0\r\nHost: a\r\n\r\n\x1b[31m\x07\x7f\x80\xff\tx\rb\r";

  it("a packet in ASCII, where no byte reaches the terminal as a control character", () =>
    assert.equal(
      print(datagram(text), LINKTYPE_ETHERNET, { dump: "text" }),
      "IP 10.0.0.1.1000 > 10.0.0.2.2000: UDP, length 41\n" +
        "E..E....@...\n...\n........1.4GET / HTTP/1.0\nHost: a\n\n.[31m....\tx.b\n",
    ));

  it("a packet in ASCII with its link-level header", () =>
    assert.equal(
      print(datagram("a"), LINKTYPE_ETHERNET, { dump: "text-link" }),
      "IP 10.0.0.1.1000 > 10.0.0.2.2000: UDP, length 1\n..............E.......@...\n...\n........\t.4a\n",
    ));

  it("no line in ASCII for a frame without payload", () =>
    assert.equal(
      print(datagram("").subarray(0, 14), LINKTYPE_ETHERNET, { dump: "text" }),
      print(datagram("").subarray(0, 14), LINKTYPE_ETHERNET, {}),
    ));

  it("names of interfaces without control characters", () => {
    const out = new LineWriter();
    const printer = new LinePrinter(plain, () => "e\x1b[31m\u0085");
    const bytes = new Uint8Array(20);
    const packet = { bytes, start: 0, capturedLength: 20, length: 20, seconds: 0, nanoseconds: 0 };
    printer.print({ ...packet, interfaceId: 0, packetType: 0 }, LINKTYPE_LINUX_SLL2, out);
    assert.match(out.written().toString("latin1"), /^e\^\[\[31mM-BM-\^E In {2}/);
  });

  // Only tcpdump 5.0 has these options.
  it("lengths", () =>
    assert.match(print(datagram("abc"), LINKTYPE_ETHERNET, { lengths: true }), /^caplen 45 len 45 IP 10/));

  it("one line for IPv4 with -g -v", () =>
    assert.equal(
      print(datagram(""), LINKTYPE_ETHERNET, { verbose: 1, verifyChecksums: false, ipOneLine: true }),
      "IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto UDP (17), length 28) " +
        "10.0.0.1.1000 > 10.0.0.2.2000: UDP, length 0\n",
    ));

  it("every third packet, with its number", () => {
    const out = new LineWriter();
    const printer = new LinePrinter({ ...plain, number: true, sampling: 3 });
    const bytes = datagram("");
    const packet = { bytes, start: 0, capturedLength: bytes.length, length: bytes.length };
    for (let count = 0; count < 100_002; count++)
      printer.print(
        { ...packet, seconds: 0, nanoseconds: 0, interfaceId: 0, packetType: 0 },
        LINKTYPE_ETHERNET,
        out,
      );
    const numbers = out
      .written()
      .toString("latin1")
      .split("\n")
      .map((line) => line.replace(/IP.*/, ""));
    assert.deepEqual(numbers.slice(0, 4), ["    3  ", "    6  ", "    9  ", "   12  "]);
    assert.deepEqual(numbers.slice(-3), ["99999  ", "100002  ", ""]);
  });
});
