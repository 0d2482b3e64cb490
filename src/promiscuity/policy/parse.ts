import { checkOptions, type OptionKinds } from "../../check-options.js";
import { present } from "../../present.js";
import { PolicyDocument, type PolicyValue } from "./document.js";
import { parseExpiry } from "./expiry.js";
import { globFault } from "./glob.js";
import { allKinds, kindsWithFilter, kindsWithProcesses, listenerKinds, receivingKinds } from "./kinds.js";
import { filterFault } from "./match-filter.js";
import { defaultPolicy, type Expiry, type Policy, type Rule, type RuleKind } from "./policy.js";
import { type PatternKey, patternWarning, userWarning } from "./warnings.js";

const VERSION = 1;

const policyKeys = ["version", "devices", "listeners", "rules"];

/** Conditions on a process. */
const processKeys = ["executable", "user", "unit", "container"] as const;

const conditionKeys = ["interface", "namespace", "kind", ...processKeys, "filter"];

const ruleKeys = [...conditionKeys, "reason", "approver", "expires"];

/** Something in a valid policy that is probably a mistake. */
export interface PolicyWarning {
  /** The policy file, as the user named it. */
  readonly file: string;
  /** The line in the file, counted from 1. */
  readonly line: number;
  /** The column in the line, counted from 1. */
  readonly column: number;
  /** What is probably wrong, and what to write instead. */
  readonly message: string;
}

/** Options of {@link parsePolicy}. */
export interface ParsePolicyOptions {
  /** Called for each condition that can match nothing, or less than was probably meant, in the order of the text. */
  readonly onWarning?: (warning: PolicyWarning) => void;
}

const parsePolicyOptions: OptionKinds<ParsePolicyOptions> = { onWarning: "function?" };

/**
 * Parses a policy, which is YAML or JSON. docs/policy.md describes the format.
 * @param path the file's name, for errors and findings
 * @param options see {@link ParsePolicyOptions}
 * @throws PromiscError `usage`, with the line, the column and the reason
 */
export function parsePolicy(text: string, path: string, options: ParsePolicyOptions = {}): Policy {
  checkOptions("parsePolicy", options, parsePolicyOptions);
  const { onWarning = () => {} } = options;
  const document = new PolicyDocument(text, path);
  const warn: Warn = (place, message) => {
    if (message !== undefined) onWarning({ file: path, ...document.place(place), message });
  };
  const fields = document.fields(document.root, "the policy", policyKeys);
  checkVersion(document, fields.get("version"));
  const devices = fields.get("devices");
  const listeners = fields.get("listeners");
  const rules = fields.get("rules");
  const judged = listeners && readWhether(document, listeners, '"listeners"', LISTENERS_HINT);
  return {
    devices: devices ? readWhether(document, devices, '"devices"', DEVICES_HINT) : defaultPolicy.devices,
    ...present({ listeners: judged }),
    rules: rules
      ? document
          .items(rules, '"rules"')
          .map((place) => readRule(document, place, path, warn, judged === "findings"))
      : [],
  };
}

/** Passes on a warning about a value, if there is one. */
type Warn = (place: PolicyValue, message: string | undefined) => void;

function checkVersion(document: PolicyDocument, place: PolicyValue | undefined): void {
  const hint = `begin it with: version: ${VERSION}`;
  if (!place) throw document.error(document.root, '"version" is missing', hint);
  const version = document.scalar(place, '"version"');
  if (version !== VERSION)
    throw document.error(place, `"version" must be ${VERSION}, the only one that there is`, hint);
}

const DEVICES_HINT = "allowed: kernel devices such as bridges need no rule; findings: they need one too";
const LISTENERS_HINT =
  "allowed: only who holds an interface needs a rule; findings: everything that listens does too";

function readWhether(
  document: PolicyDocument,
  place: PolicyValue,
  what: string,
  hint: string,
): "allowed" | "findings" {
  const expected = "allowed or findings";
  const value = document.text(place, what, expected, hint);
  if (value !== "allowed" && value !== "findings") {
    const written = JSON.stringify(value.slice(0, 60));
    throw document.error(place, `${what} must be ${expected}, not ${written}`, hint);
  }
  return value;
}

const REQUIRED_HINT = "every rule has a reason and an approver";

function readRule(
  document: PolicyDocument,
  place: PolicyValue,
  file: string,
  warn: Warn,
  judgesListeners: boolean,
): Rule {
  const fields = document.fields(place, "a rule", ruleKeys);
  const required = (key: string): string => {
    const value = fields.get(key);
    if (!value) throw document.error(place, `the rule has no "${key}"`, REQUIRED_HINT);
    return document.text(value, `"${key}"`, undefined, REQUIRED_HINT);
  };
  const optional = <Key extends string, Value>(
    key: Key,
    read: (document: PolicyDocument, place: PolicyValue, what: string) => Value,
  ): { [K in Key]?: Value } => {
    const value = fields.get(key);
    return (value ? { [key]: read(document, value, `"${key}"`) } : {}) as { [K in Key]?: Value };
  };
  const rule: Rule = {
    file,
    line: document.place(place).line,
    kinds: readKinds(document, fields, judgesListeners),
    ...optional("interface", readGlob),
    ...optional("namespace", readGlob),
    ...optional("executable", readExecutable),
    ...optional("user", readUser),
    ...optional("unit", readGlob),
    ...optional("container", readContainer),
    ...optional("filter", readFilter),
    reason: required("reason"),
    approver: required("approver"),
    ...optional("expires", readExpiry),
  };
  if (!conditionKeys.some((key) => fields.has(key)))
    throw document.error(
      place,
      "the rule has no condition: it would allow every flag and every socket",
      `say what it is about: ${conditionKeys.join(", ")}; if everything is meant, interface: "*"`,
    );
  const ofListener = rule.kinds.find((kind) => listenerKinds.some((each) => each === kind));
  if (!judgesListeners && ofListener !== undefined)
    warn(
      fields.get("kind") ?? place,
      `"kind" ${ofListener} matches nothing, because the policy doesn't judge listeners: write listeners: findings`,
    );
  for (const [key, value] of fields)
    if (isPatternKey(key)) warn(value, patternWarning(key, rule[key] as string));
    else if (key === "user") warn(value, typeof rule.user === "string" ? userWarning(rule.user) : undefined);
  return rule;
}

function isPatternKey(key: string): key is PatternKey {
  return conditionKeys.includes(key) && key !== "kind" && key !== "user" && key !== "filter";
}

function readKinds(
  document: PolicyDocument,
  fields: ReadonlyMap<string, PolicyValue>,
  judgesListeners: boolean,
): readonly RuleKind[] {
  const filter = fields.get("filter");
  if (filter && !judgesListeners)
    throw document.error(
      filter,
      '"filter" needs "listeners: findings": otherwise promisc doesn\'t look at filters',
      "write listeners: findings at the beginning of the policy, beside version",
    );
  const place = fields.get("kind");
  const condition = processKeys.find((key) => fields.has(key));
  if (!place) return defaultKinds(condition !== undefined, filter !== undefined, judgesListeners);
  const places = document.isList(place) ? document.items(place, '"kind"') : [place];
  if (places.length === 0) throw document.error(place, '"kind" is empty');
  const kinds = places.map((each) => readKind(document, each));
  if (condition !== undefined && !kinds.some((kind) => kindsWithProcesses.has(kind)))
    throw document.error(
      place,
      `the rule can't match: ${kinds.join(" and ")} has no process, and "${condition}" asks for one`,
    );
  if (filter && !kinds.some((kind) => kindsWithFilter.has(kind)))
    throw document.error(
      place,
      `the rule can't match: ${kinds.join(" and ")} has no filter`,
      `kinds with a filter: ${[...kindsWithFilter].join(", ")}`,
    );
  return kinds;
}

/** Returns the kinds that a rule allows if it doesn't say which. */
function defaultKinds(hasProcess: boolean, hasFilter: boolean, judgesListeners: boolean): RuleKind[] {
  const kinds: RuleKind[] = ["flag", "socket", ...(judgesListeners ? receivingKinds : [])];
  return kinds.filter(
    (kind) => (!hasProcess || kindsWithProcesses.has(kind)) && (!hasFilter || kindsWithFilter.has(kind)),
  );
}

function readKind(document: PolicyDocument, place: PolicyValue): RuleKind {
  const value = document.text(place, '"kind"', `one of ${allKinds.join(", ")}`);
  const kind = allKinds.find((each) => each === value);
  if (kind) return kind;
  throw document.error(
    place,
    `${JSON.stringify(value.slice(0, 60))} is not a kind of holder or listener`,
    `kinds: ${allKinds.join(", ")}`,
  );
}

function readFilter(document: PolicyDocument, place: PolicyValue, what: string): string {
  const expression = document.text(place, what, "a tcpdump expression");
  const fault = filterFault(expression);
  if (fault === undefined) return expression;
  const reason = fault.message.replace(`cannot ${fault.operation}: `, "");
  throw document.error(place, `${what} can't be compiled: ${reason}`, fault.hint);
}

function readGlob(document: PolicyDocument, place: PolicyValue, what: string, expected?: string): string {
  const pattern = document.text(place, what, expected);
  const fault = globFault(pattern);
  if (fault !== undefined) throw document.error(place, `${what} is not a pattern: ${fault}`);
  return pattern;
}

function readExecutable(document: PolicyDocument, place: PolicyValue, what: string): string {
  const pattern = readGlob(document, place, what, "a path");
  if (!/^[/*?[{]/.test(pattern))
    throw document.error(
      place,
      `${what} must be a whole path: it begins with / or a pattern`,
      /^[\^(~$]/.test(pattern)
        ? 'neither regular expressions nor ~ and variables are known: write "/usr/bin/*", or "/home/*/bin/name"'
        : `for any directory, write "**/${pattern.slice(0, 60)}"`,
    );
  return pattern;
}

function readUser(document: PolicyDocument, place: PolicyValue, what: string): string | number {
  const value = document.scalar(place, what);
  if (typeof value !== "number") {
    // Its number is looked up for the warning, and so is known before the first process is compared with the rule.
    return document.text(place, what, USER);
  }
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** 32)
    throw document.error(place, `${what} must be ${USER}`);
  return value;
}

const USER = `a user's name, or a number from 0 to ${2 ** 32 - 1}`;

/** Reads a container condition. Without a slash it is an id, which can't contain wildcards. */
function readContainer(document: PolicyDocument, place: PolicyValue, what: string): string {
  const pattern = readGlob(document, place, what);
  if (!pattern.includes("/") && /[*?[\\]/.test(pattern) && pattern !== "**")
    throw document.error(place, `${what} must be a pattern over runtime/id, such as "docker/*", or an id`);
  return pattern;
}

function readExpiry(document: PolicyDocument, place: PolicyValue, what: string): Expiry {
  const expiry = parseExpiry(document.text(place, what, "a date (2027-06-30) or a time"));
  if (typeof expiry === "string")
    throw document.error(
      place,
      `${what} can't be read: ${expiry}`,
      'a rule without "expires" lasts until somebody removes it',
    );
  return expiry;
}
