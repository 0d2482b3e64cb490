/**
 * Text that can't do anything to a terminal: control characters (ISO 6429's two ranges), bidirectional controls, line
 * separators, and bytes that aren't UTF-8 become escapes such as `\x1b`. Interface names and aliases may hold any of them.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.charCodeAt(0);
    if (code >= 0xdc80 && code <= 0xdcff) return hexEscape(code - 0xdc00);
    return code <= 0xff ? hexEscape(code) : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: to find them is the point
const UNPRINTABLE = /[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Surrogate}/gu;

function hexEscape(code: number): string {
  return `\\x${code.toString(16).padStart(2, "0")}`;
}
