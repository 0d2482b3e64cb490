import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { Btf } from "../../src/wire/kernel/btf.js";
import { execFileSync } from "../support/process/child-process.js";
import { lacking } from "../support/process/peer.js";

const file = "/sys/kernel/btf/vmlinux";
const absent = !existsSync(file) && "this kernel has no BTF";

/**
 * Returns the offsets in bytes of a structure's own members from bpftool's output, without those of anonymous
 * structures.
 */
function offsetsByBpftool(dump: string, structure: string): Map<string, number> {
  const [, members = ""] =
    new RegExp(`^\\[\\d+\\] STRUCT '${structure}' .*\\n((?:\\t.*\\n)*)`, "m").exec(dump) ?? [];
  const plain = members.matchAll(/^\t'([^'(]+)' type_id=\d+ bits_offset=(\d+)$/gm);
  return new Map([...plain].map(([, name = "", bits]) => [name, Number(bits) / 8]));
}

describe("the running kernel's BTF", { skip: absent }, () => {
  const bytes = absent ? new Uint8Array(0) : readFileSync(file);

  it("is read with the same offsets as by bpftool", { skip: lacking("bpftool") }, () => {
    const btf = new Btf(bytes);
    const dump = execFileSync("bpftool", ["btf", "dump", "file", file], {
      encoding: "utf8",
      maxBuffer: 256 << 20,
    });
    let compared = 0;
    for (const structure of [
      "task_struct",
      "sock",
      "file",
      "inode",
      "net",
      "pt_regs",
      "fdtable",
      "net_device",
    ])
      for (const [name, offset] of offsetsByBpftool(dump, structure)) {
        assert.equal(btf.member(structure, name)?.offset, offset, `${structure}.${name}`);
        compared++;
      }
    assert.ok(compared > 400, `${compared} members`);
  });

  it("has the sizes of the C declarations", () => {
    const btf = new Btf(bytes);
    assert.equal(btf.member("task_struct", "comm")?.size, 16);
    assert.equal(btf.member("net_device", "name")?.size, 16);
    assert.equal(btf.member("sock", "__sk_common.skc_family")?.size, 2);
    assert.equal(btf.member("sock", "__sk_common.skc_net.net")?.size, 8);
  });

  it("is read in less than half a second of processor time", () => {
    const before = process.cpuUsage();
    new Btf(bytes).member("net", "ns.inum");
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 500_000, `${user + system} microseconds`);
  });
});
