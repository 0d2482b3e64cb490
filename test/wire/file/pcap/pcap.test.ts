import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  isPcap,
  PCAP_FILE_HEADER_SIZE,
  readPcapFileHeader,
  writePcapFileHeader,
} from "../../../../src/wire/file/pcap/file-header.js";
import {
  PCAP_RECORD_HEADER_SIZE,
  readPcapRecordHeader,
  writePcapRecordHeader,
} from "../../../../src/wire/file/pcap/record-header.js";
import { hex, otherByteOrder } from "../../../support/wire/golden/hex.js";
import { assertMalformed } from "../../../support/wire/malformed.js";

const little = hex(`
  4d 3c b2 a1 # magic: nanoseconds
  02 00 04 00 # version 2.4
  00 00 00 00 # thiszone
  00 00 00 00 # sigfigs
  00 00 04 00 # snaplen 262144
  01 00 00 00 # LINKTYPE_ETHERNET
`);

const big = hex(`
  a1 b2 c3 d4 # magic: microseconds
  00 02 00 04 # version 2.4
  00 00 00 00 # thiszone
  00 00 00 00 # sigfigs
  00 00 00 60 # snaplen 96
  24 00 00 69 # two 16-bit words of FCS, LINKTYPE_IEEE802_11
`);

const record = hex(`
  00 f1 53 65 # seconds 1700000000
  15 cd 5b 07 # 123456789
  3c 00 00 00 # captured 60
  ea 05 00 00 # of 1514
`);

const read = (bytes: Uint8Array) => readPcapFileHeader(bytes, 0, bytes.length);

describe("a pcap file header", () => {
  it("is read with nanoseconds", () =>
    assert.deepEqual(read(little), {
      littleEndian: true,
      nanoseconds: true,
      modified: false,
      swappedLengths: "never",
      snapLength: 262_144,
      linkType: 1,
      fcsLength: undefined,
    }));

  it("is read in the other byte order, with the length of the frame check sequence", () =>
    assert.deepEqual(read(big), {
      littleEndian: false,
      nanoseconds: false,
      modified: false,
      swappedLengths: "never",
      snapLength: 96,
      linkType: 105,
      fcsLength: 2,
    }));

  it("is recognized as the modified format by its magic number", () => {
    const bytes = little.slice();
    bytes.set([0x34, 0xcd, 0xb2, 0xa1]);
    assert.equal(read(bytes).modified, true);
    assert.equal(isPcap(bytes, 0, 4), true);
  });

  it("is written byte for byte", { skip: otherByteOrder }, () => {
    const into = new Uint8Array(PCAP_FILE_HEADER_SIZE + 2).fill(0xa5);
    writePcapFileHeader({ nanoseconds: true, snapLength: 262_144, linkType: 1 }, into, 1);
    assert.deepEqual(into.subarray(1, -1), little);
    writePcapFileHeader({ nanoseconds: true, snapLength: 0, linkType: 1 }, into, 1);
    assert.deepEqual(into.subarray(1, -1), little, "without a limit, the longest");
  });

  it("is refused as malformed if it isn't one", () => {
    assertMalformed(() => read(little.subarray(0, 23)), "pcap file header", "23 bytes, needs 24");
    assertMalformed(() => read(new Uint8Array(24)), "pcap file header", "unknown magic number");
    const version = little.slice();
    version[4] = 3;
    assertMalformed(() => read(version), "pcap file header", "version 3.4");
    assert.equal(isPcap(little, 0, 3), false);
  });
});

describe("a pcap record header", () => {
  const header = { seconds: 0, fraction: 0, capturedLength: 0, length: 0 };

  it("is read", () => {
    readPcapRecordHeader(read(little), record, 0, header);
    const expected = { seconds: 1_700_000_000, fraction: 123_456_789, capturedLength: 60, length: 1514 };
    assert.deepEqual(header, expected);
  });

  it("is read in the other byte order", () => {
    readPcapRecordHeader(read(big), hex("655 3f100 075bcd15 0000003c 000005ea"), 0, header);
    const expected = { seconds: 1_700_000_000, fraction: 123_456_789, capturedLength: 60, length: 1514 };
    assert.deepEqual(header, expected);
  });

  it("has its lengths exchanged in old versions", () => {
    const swapped = hex("00f15365 15cd5b07 ea050000 3c000000");
    for (const [minor, captured] of [
      [2, 60],
      [3, 60],
      [4, 1514],
    ] as const) {
      const file = little.slice();
      file[6] = minor;
      readPcapRecordHeader(read(file), swapped, 0, header);
      assert.equal(header.capturedLength, captured, `2.${minor}`);
    }
  });

  it("is written byte for byte", { skip: otherByteOrder }, () => {
    const into = new Uint8Array(PCAP_RECORD_HEADER_SIZE).fill(0xa5);
    writePcapRecordHeader(into, 0, 1_700_000_000, 123_456_789, 60, 1514);
    assert.deepEqual(into, record);
  });
});
