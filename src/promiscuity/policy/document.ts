import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
  type YAMLError,
} from "yaml";
import { type PromiscError, usageError } from "../../errors.js";

/**
 * The longest policy, in UTF-16 code units. Thousands of rules fit, and the YAML parser takes only seconds for this
 * many brackets.
 */
const MAX_POLICY_LENGTH = 256 * 1024;

/** A value, and the offset at which it begins in the text. */
export interface PolicyValue {
  readonly node: ParsedNode | null;
  readonly offset: number;
}

/** A YAML or JSON text that is read strictly: each method that reads a value reports where the text is wrong. */
export class PolicyDocument {
  readonly #path: string;
  readonly #lines = new LineCounter();
  readonly root: PolicyValue;

  /** @throws PromiscError `usage` if it isn't YAML, with the line */
  constructor(text: string, path: string) {
    this.#path = path;
    if (text.length > MAX_POLICY_LENGTH)
      throw this.#failure(
        `it has more than ${MAX_POLICY_LENGTH} characters`,
        "split it, or use wider patterns",
      );
    const document = parseDocument(text, {
      lineCounter: this.#lines,
      prettyErrors: false,
      logLevel: "error",
      schema: "core",
      // fields() checks this itself, with a better error, and in less than quadratic time.
      uniqueKeys: false,
    });
    this.#refuseFaults(document);
    this.root = { node: document.contents, offset: document.contents?.range[0] ?? 0 };
  }

  /** Returns where a value begins: line and column, counted from 1. */
  place({ offset }: PolicyValue): { line: number; column: number } {
    const { line, col } = this.#lines.linePos(offset);
    return { line, column: col };
  }

  /** Returns the error for a value, with its line and column. */
  error(place: PolicyValue, reason: string, hint = "docs/policy.md describes every key"): PromiscError {
    const { line, column } = this.place(place);
    return this.#failure(`line ${line}, column ${column}: ${reason}`, hint);
  }

  /**
   * Returns a mapping's values by key. Each key must be a known one and may occur only once.
   * @param what what the mapping is, for error messages: "a rule"
   */
  fields(place: PolicyValue, what: string, known: readonly string[]): Map<string, PolicyValue> {
    const { node } = place;
    this.#refuseAlias(place);
    if (!isMap<ParsedNode, ParsedNode | null>(node))
      throw this.error(place, `${what} must be a mapping of keys to values`);
    const fields = new Map<string, PolicyValue>();
    for (const { key, value } of node.items) {
      const at = { node: key, offset: key.range[0] };
      this.#refuseAlias(at);
      const name = isScalar(key) ? String(key.value) : "";
      if (!known.includes(name)) throw this.#unknownKey(at, name, what, known);
      if (fields.has(name)) throw this.error(at, `"${name}" is given twice in ${what}`);
      fields.set(name, { node: value, offset: value?.range[0] ?? at.offset });
    }
    return fields;
  }

  /** Returns a list's items. */
  items(place: PolicyValue, what: string): PolicyValue[] {
    const { node } = place;
    this.#refuseAlias(place);
    if (!isSeq<ParsedNode>(node))
      throw this.error(place, `${what} must be a list`, 'each item of a list begins with "- "');
    return node.items.map((item) => ({ node: item, offset: item.range[0] }));
  }

  isList({ node }: PolicyValue): boolean {
    return isSeq(node);
  }

  /** Returns a value that is neither a mapping nor a list. */
  scalar(place: PolicyValue, what: string): unknown {
    this.#refuseAlias(place);
    const { node } = place;
    if (node !== null && !isScalar(node))
      throw this.error(
        place,
        `${what} must be a single value`,
        `for several values, write a rule for each; ${QUOTE_SPECIAL}`,
      );
    return node?.value ?? null;
  }

  /**
   * Returns a text that isn't blank.
   * @param expected what the text must be, if not any text will do
   * @param hint what to do if it isn't such a text
   */
  text(place: PolicyValue, what: string, expected?: string, hint?: string): string {
    const value = this.scalar(place, what);
    if (value === null || (typeof value === "string" && value.trim() === ""))
      throw this.error(place, `${what} is empty`, hint);
    if (typeof value === "string") return value;
    const shown = String(value);
    throw this.error(
      place,
      expected === undefined
        ? `${what} must be text: write it in quotes, "${shown}"`
        : `${what} must be ${expected}, not ${shown}`,
      hint,
    );
  }

  #refuseFaults({ errors, warnings, contents }: Document.Parsed): void {
    const [fault] = [...errors, ...warnings].sort((a, b) => a.pos[0] - b.pos[0]);
    if (fault) throw this.error({ node: null, offset: fault.pos[0] }, inWords(fault), hintFor(fault));
    if (contents === null)
      throw this.#failure("it is empty", "without a file, promisc check has a policy of its own");
  }

  /**
   * Refuses aliases: what a rule says should be in the rule itself, and a few nested aliases can expand to gigabytes.
   */
  #refuseAlias(place: PolicyValue): void {
    if (!isAlias(place.node)) return;
    const written = JSON.stringify(`*${place.node.source.slice(0, 60)}`);
    throw this.error(
      place,
      "a * at the beginning makes this a YAML alias, which a policy can't have",
      `if a pattern is meant, write it in quotes: ${written}`,
    );
  }

  #unknownKey(at: PolicyValue, name: string, what: string, known: readonly string[]): PromiscError {
    const shown = JSON.stringify(name.slice(0, 60));
    return this.error(at, `${shown} is not a known key of ${what}`, `known keys: ${known.join(", ")}`);
  }

  #failure(reason: string, hint: string): PromiscError {
    return usageError(`read policy ${this.#path}`, reason, hint);
  }
}

/** These characters have a meaning of their own in YAML if a value begins with them. */
const QUOTE_SPECIAL = "a pattern that begins with *, [, {, ! or another special character must be in quotes";

/** What to do about an error of the YAML parser, if it has another cause than a pattern without quotes. */
const hints: { readonly [Code in YAMLError["code"]]?: string | undefined } = {
  RESOURCE_EXHAUSTION: undefined,
  MULTIPLE_DOCS: undefined,
  TAB_AS_INDENT: "indent with blanks",
  BAD_INDENT: "indent all keys of a rule alike, with blanks",
  BLOCK_AS_IMPLICIT_KEY: 'indent all keys of a rule alike; a text that contains ": " must be in quotes',
  BAD_SCALAR_START: "a text that begins with @, ` or % must be in quotes",
};

function hintFor({ code }: YAMLError): string | undefined {
  return code in hints ? hints[code] : QUOTE_SPECIAL;
}

function inWords({ code, message }: YAMLError): string {
  if (code === "RESOURCE_EXHAUSTION") return "it is nested too deeply";
  if (code === "MULTIPLE_DOCS") return "a second document begins";
  if (code === "BAD_ALIAS") return "a * at the beginning makes this a YAML alias, which a policy can't have";
  return message.replace(/\s+/g, " ").slice(0, 200);
}
