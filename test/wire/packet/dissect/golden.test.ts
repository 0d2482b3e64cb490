import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dissect } from "../../../../src/wire/packet/dissect/dissect.js";
import { layersToJson } from "../../../../src/wire/packet/dissect/to-json.js";
import { goldenPackets } from "../../../support/wire/golden/packets/all.js";
import { rebuild } from "../../../support/wire/rebuild.js";

/**
 * Packets that aren't rewritten byte for byte: names are written uncompressed, LINKTYPE_NULL is written in the byte
 * order of LOOP, and the length before a DNS message isn't part of it.
 */
const otherwise = ["dns response, compressed", "bsd loopback", "dns over tcp"];

describe("dissecting the golden packets", () => {
  for (const { name, linkType, layers, bytes } of goldenPackets) {
    it(`gives the layers of ${name}`, () =>
      assert.equal(
        dissect(bytes, linkType)
          .map(({ protocol }) => protocol)
          .join(" "),
        layers,
      ));

    if (!otherwise.includes(name))
      it(`gives layers of ${name} that can be written again byte for byte`, () => {
        const into = new Uint8Array(bytes.length + 16).fill(0xa5);
        const end = rebuild(dissect(bytes, linkType), into);
        assert.equal(Buffer.from(into.subarray(0, end)).toString("hex"), Buffer.from(bytes).toString("hex"));
        assert.ok(into.subarray(end).every((byte) => byte === 0xa5));
      });

    it(`reports ${name}, cut anywhere, as truncated and never as malformed`, () => {
      const whole = dissect(bytes, linkType);
      const trailer = whole.at(-1);
      const end = bytes.length - (trailer?.protocol === "trailer" ? trailer.bytes.length : 0);
      for (let length = 0; length < end; length++) {
        const cut = dissect(bytes.subarray(0, length), linkType, { length: bytes.length });
        const json = JSON.stringify(layersToJson(cut));
        assert.ok(!json.includes('"protocol":"malformed"'), `${length} bytes: ${json}`);
        assert.ok(json.includes('"protocol":"truncated"'), `${length} bytes: ${json}`);
        // A layer that is complete is the same as in the whole packet, apart from its checksum.
        const [first] = whole;
        if (cut[0]?.protocol === first?.protocol) assert.deepEqual(cut[0], first);
      }
    });
  }
});
