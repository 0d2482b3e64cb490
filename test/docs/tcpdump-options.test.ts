import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { refusedOptions } from "../../src/cli/capture/refused-options.js";
import { commands, program } from "../../src/cli/program.js";
import { spawnSync } from "../support/process/child-process.js";
import { noTcpdump } from "../support/process/holding-processes.js";

const page = readFileSync(new URL("../../../docs/capture.md", import.meta.url), "utf8");
const MANUAL = "/usr/share/man/man8/tcpdump.8.gz";

type Treatment = "same" | "accepted" | "refused";

interface Row {
  /** The short name, the long names, or both. */
  readonly names: readonly string[];
  /** Why tcpdump(1) of the usual version doesn't have the option. */
  readonly mark: "5.0" | "undocumented" | undefined;
  readonly treatment: Treatment;
}

/** Reads "| `-B`, `--buffer-size` (5.0) | same; … |". */
function readRow(line: string): Row {
  const [, cell = "", text = ""] = /^\| (.*?) \| (.*) \|$/.exec(line) ?? [];
  const found = /^((?:`-[^`]+`(?:, )?)+)(?: \((5\.0|undocumented)\))?$/.exec(cell);
  const treatment = /^(same|accepted: |refused: )/.exec(text)?.[1]?.replace(": ", "");
  assert.ok(found?.[1] && treatment, `not a row: ${line}`);
  return {
    names: found[1].split(", ").map((name) => name.replaceAll("`", "")),
    mark: found[2] as Row["mark"],
    treatment: treatment as Treatment,
  };
}

const rows = (page.split("\n## tcpdump's options\n")[1]?.split("\n## ")[0] ?? "")
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map(readRow);
const tableNames = rows.flatMap(({ names }) => names);

/** The options in tcpdump's usage: "[-Abd] [ -B size ] [ --count ] [ --time-stamp-precision precision ]". */
function namesInUsage(): string[] {
  const { stdout, stderr } = spawnSync("tcpdump", ["--help"], { encoding: "utf8" });
  const usage = `${stdout}${stderr}`.split("Usage:")[1] ?? "";
  return [...usage.matchAll(/\[ ?(--?[^\s\]]+)/g)].flatMap(([, name = ""]) =>
    name.startsWith("--") ? name : [...name.slice(1)].map((letter) => `-${letter}`),
  );
}

/** The options that tcpdump(1) describes: the lines after ".TP" that begin with a bold option. */
function namesInManual(): string[] {
  const text = gunzipSync(readFileSync(MANUAL)).toString("latin1");
  const options = text.split(/^\.SH OPTIONS$/m)[1]?.split(/^\.SH /m)[0] ?? "";
  return (
    [...options.matchAll(/^\.B[IR]? "?(\\-[^\s,]*?)[ "=]*(?:$|[ "=])/gm)]
      .map(([, name = ""]) => name.replaceAll("\\-", "-").replaceAll("\\", ""))
      // -dd, -tttt and so on are -d and -t, which are given several times.
      .filter((name) => !/^-(\w)\1+$/.test(name))
  );
}

const unique = (names: readonly string[]): string[] => [...new Set(names)].sort();

describe("the table of tcpdump's options in docs/capture.md", () => {
  it("has each option once", () => assert.deepEqual([...tableNames].sort(), unique(tableNames)));

  it("has every option of the installed tcpdump, and no other", {
    skip: noTcpdump || (!existsSync(MANUAL) && "tcpdump's manual page isn't installed"),
  }, () => {
    const names = unique([...namesInUsage(), ...namesInManual()]);
    assert.ok(names.length > 60, `${names}`);
    const marked = new Set(rows.filter(({ mark }) => mark !== undefined).flatMap((row) => row.names));
    // tcpdump 5.0 has those that are marked so.
    assert.deepEqual(
      names.filter((name) => !marked.has(name)),
      unique(tableNames.filter((name) => !marked.has(name))),
    );
  });

  const options = [...commands.capture.options, ...program.options];
  const known = new Set(options.flatMap(({ short, long }) => [short, long]));
  const refused = new Set(refusedOptions.flatMap(({ flags }) => flags.split(/[ ,]+/)));

  it("says of the options that promisc has that they are the same or accepted", () => {
    for (const { names, treatment } of rows)
      for (const name of names) {
        assert.ok(known.has(name) || name === "-h" || name === "--help", `promisc doesn't know ${name}`);
        assert.equal(refused.has(name), treatment === "refused", name);
      }
  });

  it("or another table of the page has every option of promisc capture", () => {
    const own = ["--json", "--debug", "--classes", "--read-file", "--write-file", "--packets", "--user"];
    const all = [...tableNames, ...own, "--filter-file", "--read-list"];
    assert.deepEqual(
      commands.capture.options
        .flatMap(({ short, long }) => [short, long])
        .filter((name) => name !== undefined && !all.includes(name)),
      [],
    );
    for (const name of own) assert.ok(name === "--debug" || page.includes(`\`${name}`), name);
  });
});
