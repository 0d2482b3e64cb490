/** Characters that have an effect on a terminal, or are invisible on it. */
const UNPRINTABLE = "[\\p{C}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}]";
const EACH_UNPRINTABLE = new RegExp(UNPRINTABLE, "gu");
/** The control characters that JSON.stringify doesn't escape. It writes a line feed only between values. */
const UNPRINTABLE_IN_JSON = new RegExp(`(?!\\n)${UNPRINTABLE}`, "u");
const EACH_UNPRINTABLE_IN_JSON = new RegExp(UNPRINTABLE_IN_JSON, "gu");

/**
 * Makes text harmless for a terminal, and all of it visible. Escapes such as `\x1b` replace what Unicode counts as
 * control characters (both ranges of ISO 6429), formats (such as bidirectional controls), line and paragraph
 * separators, private and unassigned characters, characters that are drawn as nothing, and bytes that aren't UTF-8.
 * Interface names and aliases may contain any of them.
 */
export function printable(text: string): string {
  return text.replace(EACH_UNPRINTABLE, (character) => {
    const code = character.codePointAt(0) as number;
    if (code >= 0xdc80 && code <= 0xdcff) return hexEscape(code - 0xdc00);
    if (code <= 0xff) return hexEscape(code);
    const digits = code.toString(16).padStart(4, "0");
    return code <= 0xffff ? `\\u${digits}` : `\\u{${digits}}`;
  });
}

/** Does the same for text of several lines. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

function hexEscape(code: number): string {
  return `\\x${code.toString(16).padStart(2, "0")}`;
}

/**
 * Formats a value as JSON that is harmless for a terminal. What {@link printable} would escape is escaped as in JSON
 * (`\u009b`), so that the value is unchanged.
 * @param indent spaces for each level; if omitted, everything is on one line
 */
export function toJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent);
  return UNPRINTABLE_IN_JSON.test(text) ? text.replace(EACH_UNPRINTABLE_IN_JSON, escapeUnits) : text;
}

function escapeUnits(character: string): string {
  let escaped = "";
  for (let at = 0; at < character.length; at++)
    escaped += `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`;
  return escaped;
}
