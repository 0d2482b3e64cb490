import { encodeString } from "../../wire/bytes.js";

/** What can be said about every text that one alternative of a pattern matches. */
export interface GlobShape {
  /** The alternative itself, without braces. */
  readonly pattern: string;
  readonly parts: readonly GlobPart[];
  /** The fewest bytes that a matching text has. */
  readonly bytes: number;
  /** The characters that every matching text contains, with {@link WILD} for each of the other parts. */
  readonly skeleton: string;
}

/** Stands for a part that isn't a character. No name contains a NUL. */
export const WILD = "\0";

/**
 * A part of a pattern: a character, `*`, `?`, a set, or `anything`, which stands for `**` and for slashes beside it, which
 * may be missing in the text.
 */
export type GlobPart = { readonly character: string } | "*" | "?" | "set" | "anything";

/** Alternatives beyond this number are not looked at. */
const MOST_ALTERNATIVES = 64;

/** Characters whose meaning depends on more than this file knows. Nothing is said about patterns that have them. */
const INTRICATE = /[()|"+\\]/;

/**
 * Takes a pattern apart.
 * @returns one shape for each alternative; undefined if nothing can be said with certainty
 */
export function globShapes(pattern: string): GlobShape[] | undefined {
  if (INTRICATE.test(pattern)) return undefined;
  const shapes = alternatives(pattern)?.map(shapeOf);
  return shapes?.every((shape) => shape !== undefined) ? shapes : undefined;
}

/** Replaces braces by each of the texts in them. Returns undefined if there are too many, or a brace is something else. */
function alternatives(pattern: string): string[] | undefined {
  let found = [pattern];
  // The innermost braces first, so that each has nothing but texts in it.
  for (let brace = innermost(found[0]); brace; brace = innermost(found[0])) {
    const { begin, end, texts } = brace;
    if (texts.length < 2 || texts.some((text) => text.includes(".."))) return undefined;
    const first = found[0] ?? "";
    const before = first.slice(0, begin);
    const after = first.slice(end);
    found = [...found.slice(1), ...texts.map((text) => `${before}${text}${after}`)];
    if (found.length > MOST_ALTERNATIVES) return undefined;
  }
  return found.some((each) => /[{}]/.test(each)) ? undefined : found;
}

function innermost(pattern = ""): { begin: number; end: number; texts: string[] } | undefined {
  const brace = /\{([^{}]*)\}/.exec(pattern);
  if (!brace) return undefined;
  return { begin: brace.index, end: brace.index + brace[0].length, texts: (brace[1] ?? "").split(",") };
}

function shapeOf(pattern: string): GlobShape | undefined {
  // picomatch ignores a leading ./.
  if (pattern.startsWith("./")) return undefined;
  const parts: GlobPart[] = [];
  for (const [token] of pattern.matchAll(/\/*\*{2,}\/*(?:\*+\/*)*|\*|\?|\[\^?[^\][]+\]|[\s\S]/gu)) {
    if (token === "[" || token === "]") return undefined;
    if (token.includes("**")) parts.push("anything");
    else if (token === "*" || token === "?") parts.push(token);
    else parts.push(token.length > 1 && token.startsWith("[") ? "set" : { character: token });
  }
  const skeleton = parts.map((part) => (typeof part === "object" ? part.character : WILD)).join("");
  const ones = parts.filter((part) => part === "?" || part === "set").length;
  return { pattern, parts, skeleton, bytes: encodeString(skeleton.replaceAll(WILD, "")).length + ones };
}
