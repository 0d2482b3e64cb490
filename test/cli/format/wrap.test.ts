import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cutToWidth, displayWidth, wrapText } from "../../../src/cli/format/wrap.js";

describe("the width of text on a terminal", () => {
  it("counts two columns for East Asian wide characters, and none for combining marks and colours", () => {
    assert.equal(displayWidth("eth0"), 4);
    assert.equal(displayWidth("日本語"), 6);
    assert.equal(displayWidth("e\u0301te\u0301"), 3);
    assert.equal(displayWidth("\x1b[1;31m日\x1b[0m"), 2);
    assert.equal(displayWidth("\u1112\u1161\u11ab"), 2);
  });

  it("is never exceeded by text that is cut", () => {
    assert.equal(cutToWidth("日本語", 6), "日本語");
    assert.equal(cutToWidth("日本語", 5), "日本…");
    assert.equal(cutToWidth("日本語", 4), "日…");
    assert.equal(cutToWidth("eth0", 0), "");
  });
});

describe("wrapped text", () => {
  it("is unchanged if it fits, and on what isn't a terminal", () => {
    const line = "a line of  words ";
    assert.equal(wrapText(line, 17), line);
    assert.equal(wrapText(line.repeat(9), Number.POSITIVE_INFINITY), line.repeat(9));
  });

  it("goes on below the second column, or four columns further than the line began", () => {
    assert.equal(
      wrapText("  1  one two three four\n", 16),
      ["  1  one two", "     three four", ""].join("\n"),
    );
    assert.equal(
      wrapText("  word one two three four\n", 16),
      ["  word one two", "      three four", ""].join("\n"),
    );
  });

  it("breaks a word only if it doesn't fit on a line of its own", () => {
    assert.equal(
      wrapText("see 12345678901234567 now", 20),
      ["see", "   12345678901234567", "    now"].join("\n"),
    );
    assert.equal(
      wrapText("see 1234567890123456789012 now", 20),
      ["see", "    1234567890123456", "    789012 now"].join("\n"),
    );
    assert.equal(wrapText("日本語の名前を書く と", 15), ["日本語の名前を", "    書く と"].join("\n"));
  });

  it("never lets the rest of a line begin where a line begins", () => {
    for (let width = 1; width < 40; width++)
      for (const line of wrapText("  1  some words that nobody's terminal holds", width).split("\n").slice(1))
        if (width > 12) assert.match(line, /^ {3}/, String(width));
  });
});
