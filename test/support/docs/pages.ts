import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that has package.json. This file stands in build/test/support/docs. */
export const root = fileURLToPath(new URL("../../../..", import.meta.url));

const namesIn = (folder: string, ending: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
    .sort();

/** Every page of the documentation, in all languages, relative to the root. */
export const pages: readonly string[] = [
  ...readdirSync(root)
    .filter((name) => name.endsWith(".md"))
    .sort(),
  ...namesIn("docs", ".md"),
];

export function readPage(page: string): string {
  return readFileSync(join(root, page), "utf8");
}

/** A fenced block of a page. */
export interface Block {
  readonly page: string;
  /** The number of its first line. */
  readonly line: number;
  /** What follows the fence; "" for commands. */
  readonly language: string;
  readonly lines: readonly string[];
}

export function blocksOf(page: string): Block[] {
  const text = readPage(page);
  return Array.from(
    text.matchAll(/^```(\w*)\n(.*?)^```$/gms),
    ({ 1: language = "", 2: body = "", index }) => ({
      page,
      line: text.slice(0, index).split("\n").length + 1,
      language,
      lines: body.split("\n").slice(0, -1),
    }),
  );
}

/** A command of a block. */
export interface Command {
  /** `$`, `root@host3:~#`, or "" in a block that has commands only. */
  readonly prompt: string;
  /** With a backslash and a newline where it goes on in the next line. */
  readonly command: string;
  /** What the page shows of its output, or undefined in a block that has commands only. */
  readonly output: readonly string[] | undefined;
}

const PROMPT = /^(\$|\w+@\w+:~#) (.*)$/;

/** The commands of a block without a language: either each has a prompt and its output, or each line is one. */
export function commandsOf({ lines }: Block): Command[] {
  if (!PROMPT.test(lines[0] ?? "")) return joinLines(lines).map(commandOfList);
  const commands: { prompt: string; command: string; output: string[] }[] = [];
  for (const line of lines) {
    const [, prompt, command] = PROMPT.exec(line) ?? [];
    if (prompt !== undefined && command !== undefined) commands.push({ prompt, command, output: [] });
    else commands.at(-1)?.output.push(line);
  }
  return commands;
}

/** In a list of commands an explanation stands behind two blanks or a comment sign. */
function commandOfList(line: string): Command {
  return { prompt: "", command: line.replace(/(?<=\S) {2,}(?=[^\s-]).*$/, ""), output: undefined };
}

function joinLines(lines: readonly string[]): string[] {
  return lines
    .join("\n")
    .split(/(?<!\\)\n/)
    .filter((line) => line !== "");
}

/** The pieces of code in the text of a page, outside blocks. */
export function codeOf(page: string): string[] {
  const prose = readPage(page).replace(/^```.*?^```$/gms, "");
  return Array.from(prose.matchAll(/`([^`\n]+)`/g), ([, code = ""]) => code);
}
