import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder with package.json. This file is in build/test/support/docs. */
export const root = fileURLToPath(new URL("../../../..", import.meta.url));

const namesIn = (folder: string, ending: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
    .sort();

/** The paths of all pages of the documentation, in every language, relative to the root. */
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
  /** The line number of its first line in the page. */
  readonly line: number;
  /** The word after the opening fence. It is empty for commands. */
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
  /** `$` or `root@host3:~#`. It is empty in a block without prompts. */
  readonly prompt: string;
  /** The command, including a backslash and newline where it continues on the next line. */
  readonly command: string;
  /** The output that the page shows, or undefined in a block without prompts. */
  readonly output: readonly string[] | undefined;
}

const PROMPT = /^(\$|\w+@\w+:~#) (.*)$/;

/** Returns the commands of a block. If the first line has no prompt, each line is a command. */
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

/** Reads a line of a list of commands. After two blanks, an explanation or a comment may follow. */
function commandOfList(line: string): Command {
  return { prompt: "", command: line.replace(/(?<=\S) {2,}(?=[^\s-]).*$/, ""), output: undefined };
}

function joinLines(lines: readonly string[]): string[] {
  return lines
    .join("\n")
    .split(/(?<!\\)\n/)
    .filter((line) => line !== "");
}

/** Returns the code spans in the text of a page, outside blocks. */
export function codeOf(page: string): string[] {
  const prose = readPage(page).replace(/^```.*?^```$/gms, "");
  return Array.from(prose.matchAll(/`([^`\n]+)`/g), ([, code = ""]) => code);
}
