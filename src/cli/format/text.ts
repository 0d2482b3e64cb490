/** What does something to a terminal, or hides in it. */
const UNPRINTABLE = "[\\p{C}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}]";
const EACH_UNPRINTABLE = new RegExp(UNPRINTABLE, "gu");
/** Of the control characters JSON.stringify leaves these; a line feed it writes only between values. */
const UNPRINTABLE_IN_JSON = new RegExp(`(?!\\n)${UNPRINTABLE}`, "u");
const EACH_UNPRINTABLE_IN_JSON = new RegExp(UNPRINTABLE_IN_JSON, "gu");

/**
 * Text that can't do anything to a terminal, nor hide in it: what Unicode counts as control characters (ISO 6429's two
 * ranges), formats (bidirectional controls among them), line and paragraph separators, private or not assigned, what is
 * drawn as nothing, and bytes that aren't UTF-8, become escapes such as `\x1b`. Interface names and aliases may hold any.
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

/** The same for text of several lines. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

function hexEscape(code: number): string {
  return `\\x${code.toString(16).padStart(2, "0")}`;
}

/**
 * A value as JSON that can't do anything to a terminal: what {@link printable} would escape is escaped as JSON does it
 * (`\u009b`), so that the value is the same.
 * @param indent blanks for each level; without it all is on one line
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
