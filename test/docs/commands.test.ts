import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parsePolicy } from "../../src/promiscuity/policy/parse.js";
import { despiteChance } from "../support/chance.js";
import { type Example, examples, WIRED } from "../support/docs/examples.js";
import { difference } from "../support/docs/form.js";
import { type Block, blocksOf, codeOf, commandsOf, pages, readPage, root } from "../support/docs/pages.js";
import { noWorld, type Result, runInWorld, type Step } from "../support/docs/world.js";
import { spawnSync } from "../support/process/child-process.js";
import { lacking } from "../support/process/peer.js";
import { promisc } from "../support/process/program.js";

/** Joins the commands of an example or of a block, to compare them. */
const keyOf = (commands: readonly string[]): string => commands.join("\n");

/** Every block of commands in the documentation, and its example, if there is one. */
const found = pages.flatMap((page) =>
  blocksOf(page)
    .filter(({ language }) => language === "")
    .map((block) => {
      const key = keyOf(commandsOf(block).map(({ command }) => command));
      const isOfBlock = ({ commands, on }: Example): boolean =>
        keyOf(commands.map(([command]) => command)) === key &&
        (on?.test([page, ...block.lines].join("\n")) ?? true);
      return { block, example: examples.find(isOfBlock) };
    }),
);
const place = ({ page, line }: Block): string => `${page}:${line}`;

/**
 * Runs the commands of an example that can be run. A command whose prompt is not `$` is input for the command before.
 * @returns the results by the index of the command
 */
async function run({ commands, world }: Example, prompts: readonly string[]): Promise<Map<number, Result>> {
  const runs: [index: number, command: string, how: Step][] = [];
  for (const [index, [command, how = {}]] of commands.entries()) {
    if (how.check) continue;
    const last = runs.at(-1);
    if (prompts[index]?.includes("@") && last) {
      const input = `${last[2].input ?? ""}${how.before ?? ""}\necho "=== ${index}"\n${command}\n`;
      last[2] = { ...last[2], input };
    } else runs.push([index, command, how]);
  }
  if (runs.length === 0) return new Map();
  const results = await runInWorld(
    world,
    runs.map(([, command, how]) => [command, how]),
  );
  const all = new Map<number, Result>();
  for (const [at, { status, lines }] of results.entries()) {
    let index = runs[at]?.[0] ?? 0;
    for (const line of lines) {
      const [, typed] = /^=== (\d+)$/.exec(line) ?? [];
      if (typed !== undefined) index = Number(typed);
      else all.set(index, { status: 0, lines: [...(all.get(index)?.lines ?? []), line] });
    }
    const first = runs[at]?.[0] ?? 0;
    all.set(first, { status, lines: all.get(first)?.lines ?? [] });
  }
  return all;
}

/** Compares the results of an example with what a page shows. */
function compare(block: Block, { commands }: Example, results: ReadonlyMap<number, Result>): void {
  for (const [index, { command, output }] of commandsOf(block).entries()) {
    const [, how = {}] = commands[index] ?? [];
    if (how.check) continue;
    const { status, lines } = results.get(index) ?? { status: 0, lines: [] };
    const text = `${place(block)}: ${command}`;
    const differs = output && difference(output, lines, how);
    if (differs) assert.equal(differs.actual, differs.shown, text);
    if (how.says) assert.match(lines.join("\n"), how.says, text);
    assert.equal(status, how.status ?? 0, `${text}: the exit status; it printed:\n${lines.join("\n")}`);
  }
}

describe("the documentation's commands", { concurrency: 3, timeout: 120_000 }, () => {
  it("are all listed in test/support/docs/examples.ts, and nothing else is", () => {
    const unknown = found
      .filter(({ example }) => example === undefined)
      .map(({ block }) => `${place(block)}: ${commandsOf(block)[0]?.command}`);
    assert.deepEqual(unknown, [], "no test runs the commands of these blocks");
    const unused = examples.filter((example) => !found.some((each) => each.example === example));
    assert.deepEqual(
      unused.map(({ commands }) => commands[0]?.[0]),
      [],
      "no page has these commands",
    );
  });

  for (const example of examples) {
    const blocks = found.filter((each) => each.example === example).map(({ block }) => block);
    if (blocks.length === 0) continue;
    const isRun = example.commands.some(([, how]) => !how?.check);
    const title = example.commands.map(([command]) => command.replaceAll("\\\n", "")).join("; ");
    it(`${blocks.map(place).join(", ")}: ${title}`, {
      skip: (isRun && noWorld) || (example.skip ?? false),
    }, async () => {
      for (const [command, how] of example.commands) how?.check?.(command);
      const prompts = commandsOf(blocks[0] as Block).map(({ prompt }) => prompt);
      const attempt = async (): Promise<unknown> => {
        try {
          const results = await run(example, prompts);
          for (const block of blocks) compare(block, example, results);
          return undefined;
        } catch (error) {
          return error;
        }
      };
      const error = await (example.isLive
        ? despiteChance(attempt, (found) => found === undefined)
        : attempt());
      if (error !== undefined) throw error;
    });
  }
});

describe("the documentation's files", () => {
  const blocks = pages.flatMap(blocksOf);

  it("are of a known kind", () => {
    const kinds = new Set(blocks.map(({ language }) => language));
    assert.deepEqual([...kinds].sort(), ["", "ini", "json", "mermaid", "text", "ts", "yaml"]);
  });

  it("have policies that promisc reads, and rules that can be added to them", () => {
    const texts = blocks.filter(({ language }) => language === "yaml").map(({ lines }) => lines.join("\n"));
    const [base = "", ...others] = texts.filter((text) => text.startsWith("version:"));
    for (const policy of [base, ...others]) assert.equal(parsePolicy(policy, "policy.yaml").rules.length, 2);
    const additions = texts.filter((text) => !text.startsWith("version:"));
    assert.ok(additions.length > 0);
    for (const addition of additions)
      assert.equal(parsePolicy(`${base}\n${addition}`, "policy.yaml").rules.length, 3);
  });

  it("have a unit that systemd accepts", { skip: lacking("systemd-analyze") }, (t) => {
    const [unit, ...others] = blocks.filter(({ language }) => language === "ini");
    assert.deepEqual(others, []);
    const folder = mkdtempSync(join(tmpdir(), "promisc-docs-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "promisc-hold.service");
    writeFileSync(file, `${unit?.lines.join("\n")}\n`);
    const options = ["verify", "--man=no", "--recursive-errors=no", file];
    const { stderr } = spawnSync("systemd-analyze", options, { encoding: "utf8" });
    const complaints = stderr.split("\n").filter((line) => line.includes("promisc-hold.service"));
    // The program may not be installed here.
    assert.deepEqual(
      complaints.filter((line) => !line.includes("/usr/local/bin/promisc is not executable")),
      [],
    );
  });
});

describe("the documentation's text", () => {
  it("names only commands, options, scripts and benchmarks that exist", () => {
    const helps = new Map<string, string>();
    const helpOf = (command: string): string => {
      const known = helps.get(command);
      if (known !== undefined) return known;
      const { stdout } = promisc([...command.split(" "), "--help"]);
      helps.set(command, stdout);
      return stdout;
    };
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object };
    const wrong: string[] = [];
    for (const page of pages)
      for (const code of codeOf(page)) {
        const [, script, benchmark] = /^npm run ([\w:]+)(?: (?:-- )?([\w-]+))?$/.exec(code) ?? [];
        const isThere =
          script === "bench" && benchmark !== undefined
            ? existsSync(join(root, `bench/${benchmark}.ts`))
            : script === undefined || Object.hasOwn(scripts, script);
        if (!isThere) wrong.push(`${page}: ${code}`);
        const [, words = ""] = /^(?:sudo )?promisc ([a-z].*)$/.exec(code) ?? [];
        if (words === "") continue;
        // What follows -- belongs to another command.
        const [own = ""] = words.split(/ -- | \| /);
        const [command = "", second = ""] = own.split(" ");
        const isOfLab = command === "lab" && /^(exec|shell)$/.test(second);
        const help = helpOf(isOfLab ? `lab ${second}` : command);
        const options = own.match(/(?<=^| )--?[a-z][a-z-]*/gi) ?? [];
        const isKnown = (option: string): boolean =>
          new RegExp(`(?<![\\w-])${option}(?![\\w-])`).test(help) || option === "--help";
        if (help === "" || !options.every(isKnown)) wrong.push(`${page}: ${code}`);
      }
    assert.deepEqual(wrong, []);
  });

  it("shows the errors that promisc prints, in docs/ja/notes.md", { skip: noWorld }, async () => {
    const page = "docs/ja/notes.md";
    const results = await runInWorld(WIRED, [
      ["promisc hold eth0", {}],
      ["promisc on eth9", {}],
      ["promisc on eth0", {}],
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      [3, 4, 3],
    );
    const printed = results.map(({ lines }) => lines[0] ?? "");
    const shown = codeOf(page).filter((code) => code.startsWith("promisc: "));
    assert.deepEqual(shown, printed);
    const remedies = codeOf(page).filter((code) => code.startsWith("needs "));
    for (const remedy of remedies) {
      const [begin = ""] = remedy.split(" …");
      assert.ok(
        results.some(({ lines }) => lines[1]?.startsWith(begin)),
        remedy,
      );
    }
    for (const status of [3, 4])
      assert.ok(readPage(page).includes(`終了ステータス ${status}`), String(status));
  });
});

describe("the comparison of outputs", () => {
  const page = [
    "eth0: count 1 -> 2; + tcpdump (pid 4711, user root, since 2026-11-23T15:16:01.52Z)",
    "…",
    "the end",
  ];

  it("ignores times, numbers and what the page leaves out", () => {
    const actual = [
      "eth0: count 1 -> 2; + tcpdump (pid 9, user tcpdump, since 2027-01-01T00:00:00.123456Z)",
      "one more line",
      "the end",
    ];
    assert.equal(difference(page, actual), undefined);
    assert.equal(difference(page, [actual[0] ?? "", "the end"]), undefined);
  });

  it("reports a different word, a different count, a missing line and an additional line", () => {
    const wrong = [
      ["eth0: count 1 -> 2; + tcpdump (pid 9, user root, from 2027-01-01T00:00:00.123456Z)", "the end"],
      ["eth0: count 0 -> 2; + tcpdump (pid 9, user root, since 2027-01-01T00:00:00.123456Z)", "the end"],
      ["eth0: count 1 -> 2; + tcpdump (pid 9, user root, since 2027-01-01T00:00:00.123456Z)"],
      [
        "eth0: count 1 -> 2; + tcpdump (pid 9, user root, since 2027-01-01T00:00:00.123456Z)",
        "the end",
        "more",
      ],
      [],
    ];
    for (const actual of wrong) assert.ok(difference(page, actual), actual.join("\n"));
  });
});
