import { checkOptions, type OptionKinds } from "../../check-options.js";
import { PolicyDocument, type PolicyValue } from "./document.js";
import { parseExpiry } from "./expiry.js";
import { globFault } from "./glob.js";
import { defaultPolicy, type Expiry, type HolderKind, type Policy, type Rule } from "./policy.js";
import { type PatternKey, patternWarning, userWarning } from "./warnings.js";

const VERSION = 1;

const policyKeys = ["version", "devices", "rules"];

/** Conditions on a process. Only sockets have processes. */
const processKeys = ["executable", "user", "unit", "container"] as const;

const conditionKeys = ["interface", "namespace", "kind", ...processKeys];

const ruleKeys = [...conditionKeys, "reason", "approver", "expires"];

const holderKinds: readonly HolderKind[] = [
  "flag",
  "socket",
  "device",
  "unicast-addresses",
  "hidden",
  "unexplained",
];

const defaultKinds: readonly HolderKind[] = ["flag", "socket"];

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
  const rules = fields.get("rules");
  return {
    devices: devices ? readDevices(document, devices) : defaultPolicy.devices,
    rules: rules
      ? document.items(rules, '"rules"').map((place) => readRule(document, place, path, warn))
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

function readDevices(document: PolicyDocument, place: PolicyValue): Policy["devices"] {
  const expected = "allowed or findings";
  const value = document.text(place, '"devices"', expected, DEVICES_HINT);
  if (value !== "allowed" && value !== "findings") {
    const written = JSON.stringify(value.slice(0, 60));
    throw document.error(place, `"devices" must be ${expected}, not ${written}`, DEVICES_HINT);
  }
  return value;
}

const REQUIRED_HINT = "every rule has a reason and an approver";

function readRule(document: PolicyDocument, place: PolicyValue, file: string, warn: Warn): Rule {
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
    kinds: readKinds(document, fields),
    ...optional("interface", readGlob),
    ...optional("namespace", readGlob),
    ...optional("executable", readExecutable),
    ...optional("user", readUser),
    ...optional("unit", readGlob),
    ...optional("container", readContainer),
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
  for (const [key, value] of fields)
    if (isPatternKey(key)) warn(value, patternWarning(key, rule[key] as string));
    else if (key === "user") warn(value, typeof rule.user === "string" ? userWarning(rule.user) : undefined);
  return rule;
}

function isPatternKey(key: string): key is PatternKey {
  return conditionKeys.includes(key) && key !== "kind" && key !== "user";
}

function readKinds(
  document: PolicyDocument,
  fields: ReadonlyMap<string, PolicyValue>,
): readonly HolderKind[] {
  const place = fields.get("kind");
  const condition = processKeys.find((key) => fields.has(key));
  if (!place) return condition === undefined ? defaultKinds : ["socket"];
  const places = document.isList(place) ? document.items(place, '"kind"') : [place];
  if (places.length === 0) throw document.error(place, '"kind" is empty');
  const kinds = places.map((each) => readKind(document, each));
  if (condition !== undefined && !kinds.includes("socket"))
    throw document.error(
      place,
      `the rule can't match: only a socket has processes, and "${condition}" asks for one`,
    );
  return kinds;
}

function readKind(document: PolicyDocument, place: PolicyValue): HolderKind {
  const value = document.text(place, '"kind"', `one of ${holderKinds.join(", ")}`);
  const kind = holderKinds.find((each) => each === value);
  if (kind) return kind;
  throw document.error(
    place,
    `${JSON.stringify(value.slice(0, 60))} is not a kind of holder`,
    `kinds: ${holderKinds.join(", ")}`,
  );
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
