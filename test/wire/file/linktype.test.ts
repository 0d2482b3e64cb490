import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { linkTypeDescription, linkTypeName, longestPacket } from "../../../src/wire/file/linktype.js";
import { PCAP_FILE_HEADER_SIZE, writePcapFileHeader } from "../../../src/wire/file/pcap/file-header.js";
import { spawnSync } from "../../support/process/child-process.js";
import { lacking, tcpdump } from "../../support/process/peer.js";

describe("link types", () => {
  it("are named as tcpdump names them", { skip: lacking("tcpdump") }, () => {
    const [command, ...args] = tcpdump;
    let named = 0;
    for (let linkType = 0; linkType < 300; linkType++) {
      const name = linkTypeName(linkType);
      if (name === undefined) continue;
      named++;
      const file = new Uint8Array(PCAP_FILE_HEADER_SIZE);
      writePcapFileHeader({ nanoseconds: false, snapLength: 0, linkType }, file, 0);
      const { stderr } = spawnSync(command as string, [...args, "-r", "-"], {
        input: file,
        encoding: "utf8",
      });
      const said = /link-type (\S+) \((.*)\), snapshot/.exec(stderr);
      assert.deepEqual([linkType, said?.[1], said?.[2]], [linkType, name, linkTypeDescription(linkType)]);
    }
    assert.ok(named > 100);
    assert.equal(linkTypeName(299), undefined);
  });

  it("limit the length of a packet", () => {
    assert.equal(longestPacket(1), 262_144);
    assert.equal(longestPacket(249), 1 << 24);
  });
});
