import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { release, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { findKernelModule, type ModulePresence } from "../../../src/linux/netlink/kernel-module.js";

const modules = `lib/modules/${release()}`;
const builtIn = `${modules}/modules.builtin`;
const loadable = `${modules}/modules.dep`;

/** Returns what is found out in a directory that has only these files. */
function find(files: Readonly<Record<string, string>>): ModulePresence {
  const root = mkdtempSync(join(tmpdir(), "promisc-module-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return findKernelModule("nf_tables", "nf_tables_getrule", `${root}/`);
  } finally {
    rmSync(root, { recursive: true });
  }
}

describe("a part of the kernel that may be a module", () => {
  const proc = { "proc/loadavg": "", "proc/modules": "other 1 0 - Live 0x0\n" };
  const line = "kernel/net/netfilter/nf_tables.ko";
  const cases: [what: string, files: Record<string, string>, presence: ModulePresence][] = [
    ["present if it is loaded", { ...proc, "sys/module/nf_tables/refcnt": "0" }, "present"],
    ["present if it is built in", { ...proc, [builtIn]: `${line}\n`, [loadable]: "" }, "present"],
    ["loadable if it isn't loaded", { ...proc, [builtIn]: "", [loadable]: `${line}.zst: \n` }, "loadable"],
    [
      "absent if the kernel has neither",
      { ...proc, [builtIn]: "", [loadable]: "kernel/net/x.ko:\n" },
      "absent",
    ],
    ["unknown in a container without the modules of the host", proc, "unknown"],
    [
      "present in a container, if the kernel shows its symbol",
      { ...proc, "proc/kallsyms": "0000000000000000 t nf_tables_getrule\n" },
      "present",
    ],
    ["present, so that it can be asked, if the kernel can't load modules", { "proc/loadavg": "" }, "present"],
    ["unknown if /proc shows only processes", { "proc/1/stat": "" }, "unknown"],
  ];
  for (const [what, files, presence] of cases) it(`is ${what}`, () => assert.equal(find(files), presence));
});
