import picomatch from "picomatch";

/** Names that begin with a dot or with `!` have no special meaning here. */
const options = { dot: true, nonegate: true, noextglob: true, strictBrackets: true };

type Matcher = (text: string) => boolean;

/** Policies have few patterns, and each is compared with every holder. */
const compiled = new Map<string, Matcher>();

/** Returns what is wrong with a pattern, as a phrase; undefined if it is valid. */
export function globFault(pattern: string): string | undefined {
  // The shell's syntax for this, which picomatch would read as a set that contains `!`.
  if (pattern.includes("[!")) return "a set of all other characters is written [^…]";
  try {
    compile(pattern);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * Returns whether a pattern matches the whole text. `*` matches any text without a `/`, `**` as a whole path component
 * any number of components, `?` one character, `[a-z]` one character of a set, `[^a-z]` one that isn't in the set, and
 * `{a,b}` either alternative. `\` quotes the next character.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  return compile(pattern)(text);
}

function compile(pattern: string): Matcher {
  const matcher = compiled.get(pattern) ?? picomatch(pattern, options);
  compiled.set(pattern, matcher);
  return matcher;
}
