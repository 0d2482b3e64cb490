/**
 * A value as JSON that can't do anything to a terminal: what {@link printable} would escape is escaped as JSON does it
 * (`\u009b`), so that the value is the same.
 * @param indent blanks for each level; without it all is on one line
 */
export function toJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent);
  return UNPRINTABLE.test(text) ? text.replace(EACH_UNPRINTABLE, escapeUnits) : text;
}

/** Of the control characters JSON.stringify leaves these; a line feed it writes only between values. */
const UNPRINTABLE = /(?!\n)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const EACH_UNPRINTABLE = new RegExp(UNPRINTABLE, "gu");

function escapeUnits(character: string): string {
  let escaped = "";
  for (let at = 0; at < character.length; at++)
    escaped += `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`;
  return escaped;
}
