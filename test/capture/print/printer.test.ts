import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LineWriter } from "../../../src/capture/print/line-writer.js";
import type { PrintOptions } from "../../../src/capture/print/options.js";
import { LinePrinter } from "../../../src/capture/print/printer.js";
import { LINKTYPE_ETHERNET, LINKTYPE_NULL } from "../../../src/wire/file/linktype.js";
import { hex } from "../../support/wire/golden/hex.js";

const plain: PrintOptions = {
  verbose: 0,
  quiet: false,
  link: false,
  absoluteSequence: false,
  time: "none",
  fraction: 6,
  dump: "none",
};

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
