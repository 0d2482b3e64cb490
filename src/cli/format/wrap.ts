import { eastAsianWidth } from "get-east-asian-width";

/** What {@link wrapText} indents the rest of a line by, in addition to the line's own indent. */
const HANGING_INDENT = 4;
/** At least this many columns are left for words beside an indent, if the terminal has that many. */
const ROOM_FOR_WORDS = 10;

const ASCII_ALONE = /^[ -~]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: it begins a colour (SGR in ECMA-48)
const COLOUR = /\x1b\[[\d;]*m/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const COLOUR_OR_CHARACTER = /\x1b\[[\d;]*m|./gsu;
/** Characters that a terminal draws over the one before: combining marks, and the vowels and finals of Hangul. */
const COMBINING = /^[\p{Mn}\p{Me}\u1160-\u11ff]$/u;

/**
 * Returns how many columns of a terminal a text occupies. Colours occupy none, and East Asian wide characters two. The
 * text must be printable otherwise.
 */
export function displayWidth(text: string): number {
  if (ASCII_ALONE.test(text)) return text.length;
  let width = 0;
  for (const character of text.replace(COLOUR, "")) width += widthOf(character);
  return width;
}

function widthOf(character: string): number {
  if (COMBINING.test(character)) return 0;
  return eastAsianWidth(character.codePointAt(0) as number);
}

/** Pads a text with blanks at its end, to a number of columns. */
export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}

/** Cuts a text that occupies more than a number of columns, and marks the cut with an ellipsis. */
export function cutToWidth(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  return width < 1 ? "" : `${firstColumns(text, width - 1)}…`;
}

/** Returns as many characters of a text, from its start, as fit into a number of columns. */
function firstColumns(text: string, width: number): string {
  let taken = "";
  let column = 0;
  for (const [piece] of text.matchAll(COLOUR_OR_CHARACTER)) {
    column += piece.startsWith("\x1b") ? 0 : widthOf(piece);
    if (column > width) break;
    taken += piece;
  }
  return taken;
}

/**
 * Wraps each line of a text that is wider than a terminal, at blanks. The rest of the line is indented: below the text
 * that follows the line's first gap of two or more blanks, such as a table's second column, or if that is too far to the
 * right, by some more columns than the line itself. A word is broken only if it doesn't fit on a line of its own.
 * @param width the terminal's width in columns, or Infinity for lines of any width
 * @param further how many more columns, if the line has no such gap; four by default
 */
export function wrapText(text: string, width: number, further = HANGING_INDENT): string {
  // No character occupies more than two columns.
  if (2 * text.length <= width || width === Number.POSITIVE_INFINITY) return text;
  return text
    .split("\n")
    .map((line) => wrapLine(line, width, further))
    .join("\n");
}

function wrapLine(line: string, width: number, further: number): string {
  if (displayWidth(line) <= width) return line;
  const own = line.search(/[^ ]|$/);
  const hanging = Math.max(0, Math.min(hangingIndent(line, own, width, further), width - ROOM_FOR_WORDS));
  const lines: string[] = [];
  let current = "";
  let column = 0;
  for (const [, blanks = "", text = ""] of line.matchAll(/( *)([^ ]+)/g)) {
    let word = text;
    let wordWidth = displayWidth(word);
    if (column + blanks.length + wordWidth <= width) {
      current += blanks + word;
      column += blanks.length + wordWidth;
      continue;
    }
    if (current !== "") lines.push(current);
    // A long word is worth a smaller indent, but never one that would make it look like a line of its own.
    let indent =
      current === "" ? own : Math.max(Math.min(hanging, own + 1), Math.min(hanging, width - wordWidth));
    if (indent + wordWidth > width) indent = current === "" ? own : hanging;
    while (indent + wordWidth > width) {
      const part = firstColumns(word, Math.max(2, width - indent));
      lines.push(" ".repeat(indent) + part);
      word = word.slice(part.length);
      wordWidth = displayWidth(word);
      indent = hanging;
    }
    current = " ".repeat(indent) + word;
    column = indent + wordWidth;
  }
  return [...lines, current].join("\n");
}

function hangingIndent(line: string, own: number, width: number, further: number): number {
  const gap = / {2,}/g;
  gap.lastIndex = own;
  const found = gap.exec(line);
  if (found !== null) {
    const column = displayWidth(line.slice(0, gap.lastIndex));
    if (column <= width / 2) return column;
  }
  return own + further;
}
