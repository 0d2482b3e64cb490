import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Block, checkBlockTrailer, readBlockLength } from "../../../../src/wire/file/pcapng/block.js";
import {
  type InterfaceDescription,
  interfaceDescriptionSize,
  readInterfaceDescription,
  writeInterfaceDescription,
} from "../../../../src/wire/file/pcapng/interface-description.js";
import {
  type InterfaceStatistics,
  interfaceStatisticsSize,
  readInterfaceStatistics,
  writeInterfaceStatistics,
} from "../../../../src/wire/file/pcapng/interface-statistics.js";
import {
  type NameResolution,
  nameResolutionSize,
  readNameResolution,
  writeNameResolution,
} from "../../../../src/wire/file/pcapng/name-resolution.js";
import {
  enhancedPacketSize,
  type PacketBlock,
  readPacketBlock,
  writeEnhancedPacket,
} from "../../../../src/wire/file/pcapng/packet-blocks.js";
import { flagsOf, packetTypeOf } from "../../../../src/wire/file/pcapng/packet-flags.js";
import {
  forgetSectionLength,
  readSectionByteOrder,
  readSectionHeader,
  sectionHeaderSize,
  writeSectionHeader,
} from "../../../../src/wire/file/pcapng/section-header.js";
import { hex, otherByteOrder } from "../../../support/wire/golden/hex.js";
import { assertMalformed } from "../../../support/wire/malformed.js";

const section = hex(`
  0a 0d 0d 0a # section header block
  2c 00 00 00 # 44 bytes
  4d 3c 2b 1a # byte-order magic
  01 00 00 00 # version 1.0
  ff ff ff ff ff ff ff ff # section length: unknown
  04 00 07 00 # shb_userappl, 7 bytes
  70 72 6f 6d 69 73 63 00 # promisc, padded
  00 00 00 00 # opt_endofopt
  2c 00 00 00 # 44 bytes
`);

const description = hex(`
  01 00 00 00 # interface description block
  44 00 00 00 # 68 bytes
  01 00 00 00 # LINKTYPE_ETHERNET, reserved
  00 00 04 00 # snaplen 262144
  01 00 02 00 # opt_comment
  68 69 00 00 # hi
  01 00 03 00 # opt_comment, another
  79 6f 75 00 # you
  02 00 04 00 # if_name
  65 74 68 30 # eth0
  09 00 01 00 # if_tsresol
  09 00 00 00 # nanoseconds
  0e 00 08 00 # if_tsoffset
  ff ff ff ff ff ff ff ff # -1
  00 00 00 00 # opt_endofopt
  44 00 00 00 # 68 bytes
`);
const describedInterface: InterfaceDescription = {
  linkType: 1,
  snapLength: 262_144,
  options: { comments: ["hi", "you"], name: "eth0", timestampResolution: 9, timestampOffset: -1n },
};

const statistics = hex(`
  05 00 00 00 # interface statistics block
  3c 00 00 00 # 60 bytes
  01 00 00 00 # interface 1
  56 34 97 17 # timestamp, the higher half first
  15 cd 5b 07 # … and the lower
  02 00 08 00 # isb_starttime
  01 00 00 00 02 00 00 00 # the higher half first
  05 00 08 00 # isb_ifdrop
  07 00 00 00 00 00 00 00 # 7
  e7 03 03 00 # an option of a code nobody knows, 999
  01 02 03 00 # its bytes
  00 00 00 00 # opt_endofopt
  3c 00 00 00 # 60 bytes
`);
const statisticsValue: InterfaceStatistics = {
  interfaceId: 1,
  timestamp: 0x17973456_075bcd15n,
  options: {
    startTime: 0x1_0000_0002n,
    interfaceDropped: 7n,
    other: [{ code: 999, value: Uint8Array.of(1, 2, 3) }],
  },
};

const names = hex(`
  04 00 00 00 # name resolution block
  30 00 00 00 # 48 bytes
  01 00 07 00 # nrb_record_ipv4, 7 bytes
  0a 00 00 01 61 62 00 00 # 10.0.0.1 is ab
  00 00 00 00 # nrb_record_end
  02 00 05 00 # ns_dnsname
  64 6e 73 2e 61 00 00 00 # dns.a
  00 00 00 00 # opt_endofopt
  00 00 00 00 # not there
  30 00 00 00 # 48 bytes
`);

const packet = hex(`
  06 00 00 00 # enhanced packet block
  30 00 00 00 # 48 bytes
  01 00 00 00 # interface 1
  56 34 97 17 # timestamp, higher half
  15 cd 5b 07 # … and lower
  03 00 00 00 # captured 3
  3c 00 00 00 # of 60
  aa bb cc 00 # the frame, padded
  02 00 04 00 # epb_flags
  02 00 00 00 # outbound
  00 00 00 00 # opt_endofopt
  30 00 00 00 # 48 bytes
`);

const simple = hex(`
  00 00 00 03 # simple packet block
  00 00 00 14 # 20 bytes
  00 00 00 05 # 5 bytes on the wire, of which the snapshot length left 4
  aa bb cc dd # the frame
  00 00 00 14 # 20 bytes
`);

const obsolete = hex(`
  00 00 00 02 # packet block
  00 00 00 24 # 36 bytes
  00 01 # interface 1
  00 09 # 9 dropped
  17 97 34 56 # timestamp, higher half
  07 5b cd 15 # … and lower
  00 00 00 02 # captured 2
  00 00 00 3c # of 60
  aa bb 00 00 # the frame, padded
  00 00 00 24 # 36 bytes
`);

function block(bytes: Uint8Array, littleEndian = true): Block {
  const type = bytes[littleEndian ? 0 : 3] as number;
  return { littleEndian, type, bytes, start: 0, end: bytes.length };
}

function readPacket(bytes: Uint8Array, littleEndian = true): PacketBlock {
  const into: PacketBlock = {
    interfaceId: -1,
    timestampHigh: -1,
    timestampLow: -1,
    capturedLength: -1,
    length: -1,
    dataStart: -1,
    flags: -1,
  };
  readPacketBlock(block(bytes, littleEndian), into);
  return into;
}

/** Returns what a block's writer writes. Bytes that it leaves unwritten are 0xa5. */
function written(size: number, write: (into: Uint8Array) => void): Uint8Array {
  const into = new Uint8Array(size).fill(0xa5);
  write(into);
  return into;
}

/** Reverses the bytes of each word, which is correct for data that consists of words only. */
function otherOrder(bytes: Uint8Array): Uint8Array {
  return Buffer.from(bytes).swap32();
}

describe("a pcapng block", () => {
  it("must have a plausible length, the same at both ends", () => {
    assert.equal(readBlockLength(true, packet, 0), 48);
    checkBlockTrailer(true, packet, 0, 48);
    const path = "pcapng block length";
    for (const length of [0, 11, 0x0100_0001])
      assertMalformed(
        () => readBlockLength(true, Uint8Array.of(6, 0, 0, 0, length, 0, 0, length >>> 24), 0),
        path,
        `${(length & 0xff) + (length >>> 24) * 2 ** 24} is not between 12 and 16777216`,
      );
    assertMalformed(
      () => readBlockLength(true, hex("06000000 0e000000"), 0),
      path,
      "14 is not a multiple of 4",
    );
    assertMalformed(() => checkBlockTrailer(true, packet, 0, 44), path, "44 before the block, 0 after it");
  });
});

describe("a pcapng section header", () => {
  it("is read", () => {
    assert.equal(readSectionByteOrder(section, 0), true);
    assert.deepEqual(readSectionHeader(block(section)), { application: "promisc" });
  });

  it("is written byte for byte", { skip: otherByteOrder }, () => {
    const value = { application: "promisc" };
    assert.deepEqual(
      written(sectionHeaderSize(value), (into) => writeSectionHeader(value, into, 0)),
      section,
    );
  });

  it("defines its byte order", () => {
    assert.equal(readSectionByteOrder(hex("0a0d0d0a 0000001c 1a2b3c4d"), 0), false);
    assertMalformed(
      () => readSectionByteOrder(new Uint8Array(12), 0),
      "pcapng section header",
      "unknown byte-order magic",
    );
  });

  it("is malformed in another version", () => {
    const bytes = section.slice();
    bytes[12] = 2;
    assertMalformed(() => readSectionHeader(block(bytes)), "pcapng section header", "version 2.0");
  });

  it("loses its length with forgetSectionLength", () => {
    const bytes = section.slice();
    bytes.fill(1, 16, 24);
    forgetSectionLength(bytes, 0);
    assert.deepEqual(bytes, section);
  });
});

describe("a pcapng interface description", () => {
  it("is read", () => assert.deepEqual(readInterfaceDescription(block(description)), describedInterface));

  it("is written byte for byte", { skip: otherByteOrder }, () =>
    assert.deepEqual(
      written(interfaceDescriptionSize(describedInterface), (into) =>
        writeInterfaceDescription(describedInterface, into, 0),
      ),
      description,
    ),
  );

  it("is malformed if an option doesn't fit", () => {
    const path = "pcapng interface description";
    const long = description.slice();
    long[34] = 60;
    assertMalformed(() => readInterfaceDescription(block(long)), `${path} if_name`, "28 bytes, needs 60");
    const short = description.slice();
    short[42] = 2;
    assertMalformed(
      () => readInterfaceDescription(block(short)),
      `${path} if_tsresol`,
      "2 bytes, should be 1",
    );
  });
});

describe("a pcapng block of interface statistics", () => {
  it("is read", () => assert.deepEqual(readInterfaceStatistics(block(statistics)), statisticsValue));

  it("is written byte for byte", { skip: otherByteOrder }, () =>
    assert.deepEqual(
      written(interfaceStatisticsSize(statisticsValue), (into) =>
        writeInterfaceStatistics(statisticsValue, into, 0),
      ),
      statistics,
    ),
  );
});

describe("a pcapng block of name resolutions", () => {
  const value: NameResolution = {
    records: [{ type: 1, value: hex("0a000001 616200") }],
    options: { dnsName: "dns.a" },
  };

  it("is read and written", { skip: otherByteOrder }, () => {
    assert.deepEqual(readNameResolution(block(names)), value);
    const bytes = written(nameResolutionSize(value), (into) => writeNameResolution(value, into, 0));
    assert.deepEqual(readNameResolution(block(bytes)), value);
    // Four bytes of the example are unused, and aren't written.
    assert.deepEqual(bytes.subarray(8, -4), names.subarray(8, -8));
  });

  it("is malformed without an end", () => {
    const endless = hex("04000000 14000000 01000400 0a000001 14000000");
    assertMalformed(
      () => readNameResolution(block(endless)),
      "pcapng name resolution record",
      "0 bytes, needs 4",
    );
  });
});

describe("a pcapng packet", () => {
  const time = { timestampHigh: 0x17973456, timestampLow: 0x075bcd15 };

  it("is read from an enhanced block", () =>
    assert.deepEqual(readPacket(packet), {
      interfaceId: 1,
      ...time,
      capturedLength: 3,
      length: 60,
      dataStart: 28,
      flags: 2,
    }));

  it("is written to an enhanced block byte for byte", { skip: otherByteOrder }, () => {
    const bytes = written(enhancedPacketSize(3, 2), (into) => {
      const at = writeEnhancedPacket(into, 0, 1, time.timestampHigh, time.timestampLow, 3, 60, 2);
      into.set([0xaa, 0xbb, 0xcc], at);
    });
    assert.deepEqual(bytes, packet);
  });

  it("is read in the other byte order", () => {
    const plain = otherOrder(packet.subarray(0, 32));
    const bytes = new Uint8Array([...plain, 0, 0, 0, 36]);
    assert.equal(readPacket(bytes, false).timestampHigh, time.timestampHigh);
  });

  it("is as long as a simple block has room for", () =>
    assert.deepEqual(readPacket(simple, false), {
      interfaceId: 0,
      timestampHigh: 0,
      timestampLow: 0,
      capturedLength: 4,
      length: 5,
      dataStart: 12,
      flags: 0,
    }));

  it("is read from the obsolete block", () =>
    assert.deepEqual(readPacket(obsolete, false), {
      interfaceId: 1,
      ...time,
      capturedLength: 2,
      length: 60,
      dataStart: 28,
      flags: 0,
    }));

  it("is malformed if it is longer than its block", () => {
    const long = packet.slice();
    long[20] = 21;
    assertMalformed(() => readPacket(long), "pcapng enhanced packet", "16 bytes, needs 21");
    const none = hex("06000000 0c000000 0c000000");
    assertMalformed(() => readPacket(none), "pcapng enhanced packet", "8 bytes, needs 28");
  });

  it("is read without its options if they are damaged", () => {
    const damaged = packet.slice();
    damaged[34] = 0xff;
    assert.equal(readPacket(damaged).flags, 0);
  });
});

describe("the packet type in epb_flags", () => {
  it("is converted both ways", () => {
    for (const type of [0, 1, 2, 3, 4]) assert.equal(packetTypeOf(flagsOf(type)), type);
    assert.equal(flagsOf(-1), 0);
    assert.equal(flagsOf(7), 0);
    for (const unknown of [0, 1, 0b101_01, 0b111_00]) assert.equal(packetTypeOf(unknown), -1);
  });
});
