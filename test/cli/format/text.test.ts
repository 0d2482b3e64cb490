import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { printable, toJson } from "../../../src/cli/format/text.js";

/** Characters that a terminal may interpret or doesn't show, each with its escape. */
const escapes: [string, string][] = [
  ["\x1b", "\\x1b"],
  ["\x7f", "\\x7f"],
  ["\x9b", "\\x9b"],
  ["\xad", "\\xad"],
  ["\u061c", "\\u061c"],
  ["\u115f", "\\u115f"],
  ["\u200b", "\\u200b"],
  ["\u200f", "\\u200f"],
  ["\u2028", "\\u2028"],
  ["\u202e", "\\u202e"],
  ["\u2060", "\\u2060"],
  ["\u2069", "\\u2069"],
  ["\ud83d", "\\ud83d"],
  ["\udc9b", "\\x9b"],
  ["\ue000", "\\ue000"],
  ["\ufeff", "\\ufeff"],
  ["\ufff9", "\\ufff9"],
  ["\ufdd0", "\\ufdd0"],
  ["\u{e0041}", "\\u{e0041}"],
  ["\u{10ffff}", "\\u{10ffff}"],
];

describe("text that is printed on a terminal", () => {
  for (const [character, escaped] of escapes)
    it(`has ${escaped} for an unprintable character`, () => {
      assert.equal(printable(`a${character}b`), `a${escaped}b`);
    });

  it("keeps letters, signs and pictures", () => {
    for (const text of ["eth0", "größe", "мост", "橋 1", "😀", "a\\b"]) assert.equal(printable(text), text);
  });

  it("keeps its value in JSON, where control characters are escaped too", () => {
    for (const [character] of escapes) {
      const value = { name: `a${character}b`, list: ["größe 😀"] };
      const json = toJson(value);
      assert.deepEqual(JSON.parse(json), value);
      assert.equal(printable(json), json);
      assert.ok(json.includes("größe 😀"));
    }
  });

  it("can be JSON on several lines", () => {
    assert.equal(toJson({ a: ["\x7f"] }, 1), '{\n "a": [\n  "\\u007f"\n ]\n}');
  });
});
