import { findAccount } from "../../linux/account/find-account.js";
import { PolicyDocument, type PolicyValue } from "./document.js";
import { parseExpiry } from "./expiry.js";
import { globFault } from "./glob.js";
import { defaultPolicy, type Expiry, type HolderKind, type Policy, type Rule } from "./policy.js";

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

/**
 * Parses a policy, which is YAML or JSON. docs/policy.md describes the format.
 * @param path the file's name, for errors and findings
 * @throws PromiscError `usage`, with the line, the column and the reason
 */
export function parsePolicy(text: string, path: string): Policy {
  const document = new PolicyDocument(text, path);
  const fields = document.fields(document.root, "the policy", policyKeys);
  checkVersion(document, fields.get("version"));
  const devices = fields.get("devices");
  const rules = fields.get("rules");
  return {
    devices: devices ? readDevices(document, devices) : defaultPolicy.devices,
    rules: rules ? document.items(rules, '"rules"').map((place) => readRule(document, place, path)) : [],
  };
}

function checkVersion(document: PolicyDocument, place: PolicyValue | undefined): void {
  const hint = `begin it with: version: ${VERSION}`;
  if (!place) throw document.error(document.root, '"version" is missing', hint);
  const version = document.scalar(place, '"version"');
  if (version !== VERSION)
    throw document.error(place, `"version" must be ${VERSION}, the only one that there is`, hint);
}

function readDevices(document: PolicyDocument, place: PolicyValue): Policy["devices"] {
  const value = document.text(place, '"devices"');
  if (value !== "allowed" && value !== "findings")
    throw document.error(place, '"devices" must be allowed or findings');
  return value;
}

function readRule(document: PolicyDocument, place: PolicyValue, file: string): Rule {
  const fields = document.fields(place, "a rule", ruleKeys);
  const required = (key: string): string => {
    const value = fields.get(key);
    if (!value)
      throw document.error(place, `the rule has no "${key}"`, "every rule has a reason and an approver");
    return document.text(value, `"${key}"`);
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
    line: document.line(place),
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
  return rule;
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
  const value = document.text(place, '"kind"');
  const kind = holderKinds.find((each) => each === value);
  if (kind) return kind;
  throw document.error(
    place,
    `${JSON.stringify(value.slice(0, 60))} is not a kind of holder`,
    `kinds: ${holderKinds.join(", ")}`,
  );
}

function readGlob(document: PolicyDocument, place: PolicyValue, what: string): string {
  const pattern = document.text(place, what);
  const fault = globFault(pattern);
  if (fault !== undefined) throw document.error(place, `${what} is not a pattern: ${fault}`);
  return pattern;
}

function readExecutable(document: PolicyDocument, place: PolicyValue, what: string): string {
  const pattern = readGlob(document, place, what);
  if (!/^[/*?[]/.test(pattern))
    throw document.error(place, `${what} must be a whole path: it begins with / or a pattern`);
  return pattern;
}

function readUser(document: PolicyDocument, place: PolicyValue, what: string): string | number {
  const value = document.scalar(place, what);
  if (typeof value !== "number") {
    const name = document.text(place, what);
    // Look the number up now, so that it is known before the first process is compared with the rule.
    findAccount(name);
    return name;
  }
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** 32)
    throw document.error(place, `${what} must be a user's name, or a number from 0 to ${2 ** 32 - 1}`);
  return value;
}

/** Reads a container condition. Without a slash it is an id, which can't contain wildcards. */
function readContainer(document: PolicyDocument, place: PolicyValue, what: string): string {
  const pattern = readGlob(document, place, what);
  if (!pattern.includes("/") && /[*?[\\]/.test(pattern) && pattern !== "**")
    throw document.error(place, `${what} must be a pattern over runtime/id, such as "docker/*", or an id`);
  return pattern;
}

function readExpiry(document: PolicyDocument, place: PolicyValue, what: string): Expiry {
  const expiry = parseExpiry(document.text(place, what));
  if (typeof expiry === "string") throw document.error(place, `${what} can't be read: ${expiry}`);
  return expiry;
}
