import picomatch from "picomatch";

/** Names that begin with a dot or with `!` are names like any other here. */
const options = { dot: true, nonegate: true, noextglob: true, strictBrackets: true };

type Matcher = (text: string) => boolean;

/** Policies have few patterns, and all are held against every holder. */
const compiled = new Map<string, Matcher>();

/** In words what is wrong with a pattern, if something is. */
export function globFault(pattern: string): string | undefined {
  // A shell's way to write it, which picomatch would take for a set with ! in it.
  if (pattern.includes("[!")) return "a set of all other characters is written [^…]";
  try {
    compile(pattern);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * Whether the whole text is of the pattern's form: `*` is any text without a `/`, a part of a path that is `**` any
 * parts, `?` one character, `[a-z]` one of some, `[^a-z]` one of all others, `{a,b}` either; `\` takes the next
 * character as it is.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  return compile(pattern)(text);
}

function compile(pattern: string): Matcher {
  const matcher = compiled.get(pattern) ?? picomatch(pattern, options);
  compiled.set(pattern, matcher);
  return matcher;
}
