import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { commands, program } from "../../src/cli/program.js";
import { spawnSync } from "../support/process/child-process.js";
import { lacking } from "../support/process/peer.js";
import { promisc } from "../support/process/program.js";

const shown = Object.values(commands).filter((command) => command !== commands.extcap);

/** How each command is called, with the command itself: `["lab", "exec"]`. */
const pathOf = (command: (typeof shown)[number]): string[] => [
  ...(command === commands.labExec || command === commands.labShell ? ["lab"] : []),
  command.name(),
];

/** Returns the words of a command line, as sh(1) reads them, up to the command that promisc runs, or a pipe. */
function wordsOf(line: string): string[] {
  const [own = ""] = line.split(/ -- | \| /);
  const { stdout } = spawnSync("sh", ["-c", `printf '%s\\0' ${own}`], { encoding: "utf8" });
  return stdout.split("\0").slice(0, -1);
}

describe("the help of each command", { skip: lacking("sh") }, () => {
  for (const path of [[], ...shown.map(pathOf)])
    it(`ends with examples that can be run, within 80 columns: ${["promisc", ...path].join(" ")}`, async () => {
      const { stdout, status } = promisc([...path, "--help"]);
      assert.equal(status, 0);
      assert.ok(stdout.split("\n").every((line) => line.length <= 80));
      const [, examples = ""] = /\n\nExamples:\n((?: {2}\S.*\n){2,3})$/.exec(stdout) ?? [];
      assert.notEqual(examples, "", stdout);
      let called: string[] | undefined;
      for (const command of shown)
        command.action((...all: unknown[]) => {
          called = pathOf(all.at(-1) as (typeof shown)[number]);
        });
      for (const line of examples.trimEnd().split("\n")) {
        const [first, ...args] = wordsOf(line.replace(/^ *(sudo )?/, ""));
        assert.equal(first, "promisc");
        if (path.length === 0 && args.length === 0) continue;
        called = undefined;
        await program.parseAsync(args, { from: "user" });
        assert.ok(called, line);
        if (path.length > 0) assert.deepEqual(called, path);
      }
    });
});
