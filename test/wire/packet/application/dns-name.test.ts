import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PromiscError } from "../../../../src/errors.js";
import { writeBe16 } from "../../../../src/wire/network-order.js";
import { readDns } from "../../../../src/wire/packet/application/dns.js";
import {
  DnsNames,
  dnsNameSize,
  skipDnsName,
  writeDnsName,
} from "../../../../src/wire/packet/application/dns-name.js";
import { hex } from "../../../support/wire/golden/hex.js";
import { assertMalformed } from "../../../support/wire/malformed.js";

const read = (bytes: Uint8Array, at = 0) => new DnsNames(bytes, 0).read(at, bytes.length);

function write(name: string): Uint8Array {
  const bytes = new Uint8Array(dnsNameSize(name)).fill(0xa5);
  assert.equal(writeDnsName(name, bytes, 0), bytes.length);
  return bytes;
}

describe("a DNS name", () => {
  const table: [bytes: string, name: string][] = [
    ["00", "."],
    ["01 61 00", "a"],
    ["03 77 77 77 01 61 00", "www.a"],
    ["03 61 2e 62 01 5c 00", "a\\.b.\\\\"],
    ["03 09 0a 7f 00", "\\009\\010\\127"],
    ["03 61 20 62 00", "a b"],
    ["05 42 c3 bc 72 6f 00", "Büro"],
  ];
  for (const [bytes, name] of table) {
    it(`is read as ${name} from ${bytes}`, () => assert.equal(read(hex(bytes)), name));
    it(`is written from ${name} as ${bytes}`, () => assert.deepEqual(write(name), hex(bytes)));
  }

  it("keeps bytes that aren't UTF-8", () => {
    const bytes = hex("03 ff 61 80 00");
    assert.deepEqual(write(read(bytes)), bytes);
  });

  it("can be given with a final dot, and with any byte as three digits", () => {
    assert.deepEqual(write("www.a."), hex("03 77 77 77 01 61 00"));
    assert.deepEqual(write("\\097\\255."), hex("02 61 ff 00"));
  });

  it("continues where a pointer leads", () => {
    const bytes = hex("01 61 00 01 62 c0 00 01 63 c0 03");
    assert.equal(read(bytes, 3), "b.a");
    assert.equal(read(bytes, 7), "c.b.a");
    const names = new DnsNames(bytes, 0);
    names.read(7, bytes.length);
    assert.equal(names.end, bytes.length);
  });

  it("is malformed with a pointer to itself or forward", () => {
    for (const bytes of ["c0 00", "01 61 c0 02", "c0 02 00"])
      assertMalformed(() => read(hex(bytes)), "DNS name", "a pointer that doesn't point back");
  });

  it("is malformed with an unknown kind of label", () =>
    assertMalformed(() => read(hex("40 00")), "DNS name", "label type 1"));

  it("is malformed with more than 255 bytes, and can't be written", () => {
    const bytes = new Uint8Array(300).fill(1);
    assertMalformed(() => read(bytes), "DNS name", "longer than 255 bytes");
    const name = (labels: number) => Array.from({ length: labels }, () => "a").join(".");
    assert.equal(write(name(127)).length, 255);
    assert.throws(() => write(name(128)), { code: "usage" });
  });

  it("is malformed with too many pointers", () => {
    const bytes = new Uint8Array(300);
    for (let at = 2; at < bytes.length; at += 2) writeBe16(bytes, at, 0xc000 | (at === 2 ? 0 : at - 2));
    assert.equal(read(bytes, 2 * 127), ".");
    assertMalformed(() => read(bytes, 2 * 128), "DNS name", "more than 127 pointers");
  });

  it("can't be written with an empty or too long label", () => {
    for (const name of ["a..b", ".a", "a".repeat(64)])
      assert.throws(
        () => write(name),
        (error) => error instanceof PromiscError && error.code === "usage",
      );
  });

  it("is read only once, however many others point to it", () => {
    // The message has 126 labels, and thousands of questions that point to the first of them.
    const labels = 126;
    const bytes = new Uint8Array(60_000);
    let at = 12;
    for (let left = labels; left > 0; left--) {
      bytes.set([1, 0x61], at);
      at += 2;
    }
    at += 5;
    let questions = 1;
    for (; at + 6 <= bytes.length; at += 6) {
      writeBe16(bytes, at, 0xc00c);
      questions++;
    }
    writeBe16(bytes, 4, questions);
    let reads = 0;
    const counted = new Proxy(bytes, {
      get(target, key) {
        if (typeof key === "string" && /^\d/.test(key)) reads++;
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    assert.equal(readDns(counted).questions.length, questions);
    assert.ok(reads < 3 * bytes.length, `${reads} reads of ${bytes.length} bytes`);
  });
});

describe("skipping a DNS name", () => {
  const table: [bytes: string, start: number, end: number, why: string][] = [
    ["00 ff", 0, 1, "after the root"],
    ["01 61 02 62 63 00 ff", 0, 6, "after its last label"],
    ["01 61 00 01 62 c0 00 ff", 3, 7, "after a pointer, which isn't followed"],
    ["c0 ff", 0, 2, "after a pointer beyond the message"],
    ["03 61 62", 0, -1, "if a label is cut short"],
    ["01 61", 0, -1, "if the message ends before"],
    ["c0", 0, -1, "if a pointer is cut short"],
    ["40 00", 0, -1, "at a reserved kind of label"],
    ["80 00", 0, -1, "at the other reserved kind of label"],
  ];
  for (const [bytes, start, end, why] of table)
    it(`${end < 0 ? "finds no end" : "stops"} ${why}`, () => {
      const message = hex(bytes);
      assert.equal(skipDnsName(message, start, message.length), end);
    });
});
