import { type PromiscError, usageError } from "./errors.js";

/** The word for what an option's value must be, as it follows from the option's type. */
type KindOf<Value> = [Value] extends [boolean]
  ? "boolean"
  : [Value] extends [number]
    ? number extends Value
      ? "number"
      : readonly Value[]
    : [Value] extends [string]
      ? string extends Value
        ? "string"
        : readonly Value[]
      : [Value] extends [AbortSignal]
        ? "signal"
        : [Value] extends [Date]
          ? "date"
          : [Value] extends [(...args: never) => unknown]
            ? "function"
            : [Value] extends [readonly string[]]
              ? "strings"
              : [Value] extends [readonly unknown[]]
                ? "list"
                : "any";

/**
 * Every option of an interface, with what its value must be. A question mark follows if the option may be left out. An
 * option that takes one of several words or numbers has the list of these; it may be left out. What is `any`, the function
 * checks itself. The compiler makes sure that no option is missing.
 */
export type OptionKinds<Options> = {
  readonly [Name in keyof Required<Options>]: Optional<
    KindOf<Exclude<Options[Name], undefined>>,
    Options,
    Name
  >;
};

type Optional<Kind, Options, Name extends keyof Options> = Kind extends string
  ? object extends Pick<Options, Name>
    ? `${Kind}?`
    : Kind
  : Kind;

/** How a value is checked, and how a message says what it must be. */
const checks: Readonly<Record<string, readonly [words: string, isValid: (value: unknown) => boolean]>> = {
  boolean: ["true or false", (value) => typeof value === "boolean"],
  number: ["a number", (value) => typeof value === "number" && !Number.isNaN(value)],
  string: ["a string", (value) => typeof value === "string"],
  signal: ["an AbortSignal", (value) => isObject(value) && "aborted" in value && "addEventListener" in value],
  date: ["a valid Date", (value) => value instanceof Date && !Number.isNaN(value.getTime())],
  function: ["a function", (value) => typeof value === "function"],
  strings: ["a list of strings", (value) => Array.isArray(value) && value.every(isString)],
  list: ["a list", Array.isArray],
  any: ["", () => true],
};

/**
 * Throws if options contain one that the function doesn't have, or a value of a wrong type. JavaScript would ignore the
 * one and misinterpret the other, and a capture would be promiscuous although `promiscous: false` asked for the opposite.
 * @param caller the name of the function that has the options
 * @throws PromiscError `usage`, with the nearest option
 */
export function checkOptions<Options extends object>(
  caller: string,
  options: Options,
  kinds: OptionKinds<NoInfer<Options>>,
): void {
  const known = kinds as Readonly<Record<string, string | readonly unknown[]>>;
  if (!isObject(options))
    throw wrong(caller, `its options must be an object, not ${described(options)}`, known);
  for (const name of Object.keys(options))
    if (!Object.hasOwn(known, name)) throw unknownOption(caller, name, known);
  for (const name in known) {
    const value = (options as Readonly<Record<string, unknown>>)[name];
    const mustBe = violated(known[name] as string | readonly unknown[], value);
    if (mustBe !== undefined)
      throw wrong(caller, `its option ${name} must be ${mustBe}, not ${described(value)}`, known);
  }
}

/** Throws if an argument isn't true or false, because every text, even `"off"`, counts as true in a condition. */
export function checkBoolean(caller: string, name: string, value: unknown): void {
  if (typeof value === "boolean") return;
  throw usageError(`call ${caller}`, `${name} must be true or false, not ${described(value)}`);
}

/** Throws if an argument is neither a string nor a list of strings. */
export function checkNames(caller: string, name: string, value: unknown): void {
  if (isString(value) || (Array.isArray(value) && value.every(isString))) return;
  throw usageError(
    `call ${caller}`,
    `${name} must be a string or a list of strings, not ${described(value)}`,
  );
}

/** Returns what a value must be, if it isn't that. */
function violated(kind: string | readonly unknown[], value: unknown): string | undefined {
  const mayBeAbsent = typeof kind !== "string" || kind.endsWith("?");
  if (value === undefined && mayBeAbsent) return undefined;
  if (typeof kind !== "string")
    return kind.some((each) => each === value)
      ? undefined
      : kind.map((each) => JSON.stringify(each)).join(" or ");
  const [words, isValid] = checks[kind.replace("?", "")] as (typeof checks)[string];
  return isValid(value) ? undefined : words;
}

function unknownOption(caller: string, name: string, known: object): PromiscError {
  const nearest = nearestOf(name, Object.keys(known));
  const suggestion = nearest === undefined ? "" : `; did you mean ${nearest}?`;
  return wrong(caller, `it has no option ${JSON.stringify(name)}${suggestion}`, known);
}

function wrong(caller: string, reason: string, known: object): PromiscError {
  return usageError(`call ${caller}`, reason, `the options of ${caller}: ${Object.keys(known).join(", ")}`);
}

/** Describes a value in a message. */
function described(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (Array.isArray(value)) return "a list";
  if (value instanceof Date) return "an invalid Date";
  if (typeof value === "function") return "a function";
  return isObject(value) ? "an object" : String(value);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

/** Returns the name that differs least from a misspelt one, if at most a third of the characters differ. */
function nearestOf(misspelt: string, names: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = misspelt.length > 40 ? 0 : Math.max(2, misspelt.length / 3);
  for (const name of names) {
    const distance = editDistance(misspelt.toLowerCase(), name.toLowerCase());
    if (distance >= name.length || distance > least || (distance === least && nearest !== undefined))
      continue;
    nearest = name;
    least = distance;
  }
  return nearest;
}

/** Returns how many characters must be inserted, removed or replaced to make one text of another. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let at = 1; at <= from.length; at++) {
    const next = [at];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (row[column - 1] as number) + (from[at - 1] === to[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] as number) + 1, (next[column - 1] as number) + 1));
    }
    row = next;
  }
  return row[to.length] as number;
}
