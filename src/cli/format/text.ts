/**
 * Text that can't do anything to a terminal, nor hide in it: what Unicode counts as control characters (ISO 6429's two
 * ranges), formats (bidirectional controls among them), line and paragraph separators, private or not assigned, what is
 * drawn as nothing, and bytes that aren't UTF-8, become escapes such as `\x1b`. Interface names and aliases may hold any.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
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

const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

function hexEscape(code: number): string {
  return `\\x${code.toString(16).padStart(2, "0")}`;
}
