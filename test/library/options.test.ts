import assert from "node:assert/strict";
import { describe, it } from "node:test";
import ts from "typescript";
import type { BatchSource } from "../../src/index.js";
import * as promisc from "../../src/index.js";
import { readLibraryTypes } from "../support/docs/library-types.js";

/** Options that a program in JavaScript passes. */
type Given = Readonly<Record<string, unknown>>;

/** Passes options on as if they had the right type. */
// biome-ignore lint/suspicious/noExplicitAny: that is what a program in JavaScript does
const untyped = (given: Given): any => given;

const targets = [{ host: "10.9.0.2", mac: "02:00:00:00:00:02" }];
const nothing: BatchSource<never> = { interfaces: [], async *[Symbol.asyncIterator]() {} };

/** A call of each function that takes options, with those that it needs. */
const calls: Readonly<Record<string, (given: Given) => unknown>> = {
  Pump: (given) => new promisc.Pump(nothing, [], untyped(given)),
  awaitReader: (given) => promisc.awaitReader("/nonexistent", untyped(given)),
  checkListener: (given) => promisc.checkListener(untyped({}), promisc.defaultPolicy, untyped(given)),
  checkChange: (given) => promisc.checkChange(untyped({}), promisc.defaultPolicy, untyped(given)),
  checkPolicy: (given) => promisc.checkPolicy(untyped({}), promisc.defaultPolicy, untyped(given)),
  compileFilter: (given) => promisc.compileFilter("", untyped({ linkType: 1, ...given })),
  copyCapture: (given) => promisc.copyCapture(untyped({}), untyped({}), untyped(given)),
  createLan: (given) => promisc.createLan(untyped(given)),
  createLinePrinter: (given) => promisc.createLinePrinter([], untyped(given)),
  createRoom: (given) => promisc.createRoom(untyped({}), untyped({ host: {}, command: ["true"], ...given })),
  decoyLogin: (given) => promisc.decoyLogin(untyped({ interface: "nosuch", ...given })).next(),
  decompileFilter: (given) => promisc.decompileFilter([], untyped({ linkType: 1, ...given })),
  describeDecoyLogin: (given) => promisc.describeDecoyLogin(untyped({ interface: "nosuch", ...given })),
  describeDnsDecoy: (given) => promisc.describeDnsDecoy(untyped({ interface: "nosuch", targets, ...given })),
  describeLoad: (given) => promisc.describeLoad(untyped({ interface: "nosuch", targets, ...given })),
  dissect: (given) => promisc.dissect(new Uint8Array(14), 1, untyped(given)),
  dnsDecoy: (given) => promisc.dnsDecoy(untyped({ interface: "nosuch", targets, ...given })).next(),
  experiment: (given) =>
    promisc
      .experiment(untyped({}), untyped({ isSwitched: false, hasFilter: true, promisc: ["true"], ...given }))
      .next(),
  explainPolicy: (given) => promisc.explainPolicy(untyped({}), promisc.defaultPolicy, untyped(given)),
  holdPromiscuous: (given) => promisc.holdPromiscuous("nosuch", untyped(given)),
  listenForPoisoning: (given) =>
    promisc.listenForPoisoning(untyped({ interface: "nosuch", ...given })).next(),
  loadTest: (given) => promisc.loadTest(untyped({ interface: "nosuch", targets, ...given })).next(),
  openCapture: (given) => promisc.openCapture("nosuch", untyped(given)),
  openCaptureWriter: (given) => promisc.openCaptureWriter("/nonexistent/file", untyped(given)),
  openFileSink: (given) => promisc.openFileSink("/nonexistent/file", untyped(given)),
  openRotation: (given) => promisc.openRotation("file", untyped(given)),
  parsePolicy: (given) => promisc.parsePolicy("version: 1", "policy.yaml", untyped(given)),
  readCapture: (given) => promisc.readCapture("/nonexistent", untyped(given)),
  readListeners: (given) => promisc.readListeners(untyped(given)),
  readPromiscuity: (given) => promisc.readPromiscuity(untyped(given)),
  relinquishPrivileges: (given) => promisc.relinquishPrivileges({}, untyped(given)),
  runPromiscuous: (given) => promisc.runPromiscuous("nosuch", "true", [], untyped(given)),
  scan: (given) => promisc.scan(untyped({ interface: "nosuch", ...given })).next(),
  setPromiscuous: (given) => promisc.setPromiscuous("nosuch", true, untyped(given)),
  watchPromiscuity: (given) => promisc.watchPromiscuity(untyped(given)).next(),
};

/** An option, with a value that isn't of its type. There is none for a type that the function checks itself. */
interface Option {
  readonly name: string;
  readonly wrong?: unknown;
}

/** Reads the sources: every exported function or class whose parameter has a type that is called Options. */
function optionsOfFunctions(): Map<string, Option[]> {
  const { checker, exports } = readLibraryTypes();
  const found = new Map<string, Option[]>();
  for (const exported of exports) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    if (symbol.valueDeclaration === undefined) continue;
    const type = checker.getTypeOfSymbol(symbol);
    // Functions make an instance of a class whose constructor is hidden from the documentation.
    const isHidden = ts
      .getJSDocTags(symbol.valueDeclaration)
      .some(({ tagName }) => tagName.text === "hideconstructor");
    const signatures = [...type.getCallSignatures(), ...(isHidden ? [] : type.getConstructSignatures())];
    for (const parameter of signatures.flatMap(({ parameters }) => parameters)) {
      const type = checker.getNonNullableType(checker.getTypeOfSymbol(parameter));
      if (!/Options$/.test(type.symbol?.name ?? "")) continue;
      if (/node_modules/.test(type.symbol.declarations?.[0]?.getSourceFile().fileName ?? "")) continue;
      found.set(
        exported.name,
        type.getProperties().map((property) => optionOf(checker, property)),
      );
    }
  }
  return found;
}

function optionOf(checker: ts.TypeChecker, property: ts.Symbol): Option {
  const { name } = property;
  const type = checker.getNonNullableType(checker.getTypeOfSymbol(property));
  const all = (flag: ts.TypeFlags): boolean =>
    (type.isUnion() ? type.types : [type]).every(({ flags }) => (flags & flag) !== 0);
  if (all(ts.TypeFlags.BooleanLike)) return { name, wrong: "false" };
  if (all(ts.TypeFlags.NumberLike)) return { name, wrong: Number.NaN };
  if (all(ts.TypeFlags.StringLike)) return { name, wrong: 7 };
  if (type.getCallSignatures().length > 0) return { name, wrong: "function" };
  if (checker.isArrayType(type) || checker.isTupleType(type)) return { name, wrong: "a,b" };
  if (type.symbol?.name === "AbortSignal") return { name, wrong: new AbortController() };
  if (type.symbol?.name === "Date") return { name, wrong: new Date(Number.NaN) };
  return { name };
}

describe("the options of the library's functions", () => {
  const functions = optionsOfFunctions();

  it("are all tested", () => assert.deepEqual([...functions.keys()].sort(), Object.keys(calls).sort()));

  for (const [name, options] of functions) {
    const call = async (given: unknown): Promise<unknown> => await calls[name]?.(given as Given);
    const caller = name === "Pump" ? "new Pump" : name;
    const hint = `the options of ${caller}: `;

    it(`of ${name}: an unknown one is an error that names it and the nearest one`, async () => {
      for (const option of options) {
        const misspelt = `${option.name}x`;
        const message = `cannot call ${caller}: it has no option "${misspelt}"; did you mean ${option.name}?`;
        await assert.rejects(
          () => call({ [misspelt]: 1 }),
          (error: promisc.PromiscError) => {
            assert.deepEqual([error.code, error.message], ["usage", message]);
            assert.deepEqual(
              error.hint?.replace(hint, "").split(", ").sort(),
              options.map(({ name }) => name).sort(),
            );
            return true;
          },
        );
      }
    });

    const typed = options.filter((option) => "wrong" in option);
    it(`of ${name}: a value of a wrong type is an error (${typed.map(({ name }) => name).join(", ")})`, async () => {
      for (const { name: option, wrong } of typed)
        for (const value of [wrong, null])
          await assert.rejects(
            () => call({ [option]: value }),
            (error: promisc.PromiscError) => {
              assert.equal(error.code, "usage", error.message);
              assert.ok(
                error.message.startsWith(`cannot call ${caller}: its option ${option} must be `),
                error.message,
              );
              return true;
            },
          );
    });
  }

  it("may be undefined", () => {
    const given = untyped({ size: undefined, seconds: 1, files: undefined });
    assert.equal(promisc.openRotation("file", given)?.path, "file");
  });
});

describe("a program in JavaScript", () => {
  const message = async (action: () => unknown): Promise<string> => {
    try {
      await action();
    } catch (error) {
      return error instanceof promisc.PromiscError ? `${error.code}: ${error.message}` : String(error);
    }
    return "no error";
  };

  const cases: readonly [what: string, action: () => unknown, expected: string][] = [
    [
      "that misspells promiscuous",
      () => promisc.openCapture("lo", untyped({ promiscous: false })),
      'usage: cannot call openCapture: it has no option "promiscous"; did you mean promiscuous?',
    ],
    [
      "that misspells via",
      () => promisc.setPromiscuous("lo", true, untyped({ vai: "ioctl" })),
      'usage: cannot call setPromiscuous: it has no option "vai"; did you mean via?',
    ],
    [
      "that has an option of another library",
      () => promisc.openCapture("lo", untyped({ nonblocking: true })),
      'usage: cannot call openCapture: it has no option "nonblocking"',
    ],
    [
      "that passes a word that isn't one of an option's",
      () => promisc.openCapture("lo", untyped({ direction: "inn" })),
      'usage: cannot call openCapture: its option direction must be "in" or "out" or "inout", not "inn"',
    ],
    [
      "that passes a controller instead of its signal",
      () => promisc.holdPromiscuous("lo", untyped({ signal: new AbortController() })),
      "usage: cannot call holdPromiscuous: its option signal must be an AbortSignal, not an object",
    ],
    [
      "that passes a text instead of options",
      () => promisc.openCapture("lo", untyped("arp" as never)),
      'usage: cannot call openCapture: its options must be an object, not "arp"',
    ],
    [
      "that passes off instead of false",
      () => promisc.setPromiscuous("lo", untyped("off" as never)),
      'usage: cannot call setPromiscuous: on must be true or false, not "off"',
    ],
    [
      "that forgets the interface",
      () => promisc.openCapture(untyped(undefined as never)),
      "usage: cannot call openCapture: interfaces must be a string or a list of strings, not undefined",
    ],
    [
      "that names an interface by a number",
      () => promisc.readInterface(untyped(2 as never)),
      "usage: cannot show 2: the interface name must be a string, not of type number",
    ],
    [
      "that lacks a necessary option",
      () => promisc.compileFilter("arp", untyped({})),
      "usage: cannot call compileFilter: its option linkType must be a number, not undefined",
    ],
  ];
  it("sees no property of an error that doesn't apply", () => {
    const error = promisc.usageError("try", "it is wrong");
    assert.deepEqual(Object.keys(error).sort(), ["code", "name", "operation"]);
  });

  for (const [what, action, expected] of cases)
    it(`${what} gets an error`, async () => assert.equal(await message(action), expected));
});
