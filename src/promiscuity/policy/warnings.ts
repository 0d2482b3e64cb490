import { isUnknownUser } from "../../linux/account/find-account.js";
import { containerRuntimes } from "../../linux/process/control-group.js";
import { IFNAMSIZ } from "../../wire/kernel/ifreq.js";
import { matchesGlob } from "./glob.js";
import { type GlobPart, type GlobShape, globShapes, WILD } from "./glob-shape.js";

/** The longest file name (linux/limits.h). Names of namespaces, units and containers are file names. */
const NAME_MAX = 255;

/** The longest path with its NUL (linux/limits.h). */
const PATH_MAX = 4096;

/** Returns why nothing, or less than was probably meant, can meet a condition, as the end of a sentence. */
type Objection = (pattern: string) => string | undefined;

/** The conditions of a rule that are patterns. */
export type PatternKey = "interface" | "namespace" | "executable" | "unit" | "container";

const objections: Readonly<Record<PatternKey, Objection>> = {
  interface: (pattern) => regularExpression(pattern) ?? inEach(pattern, noInterface),
  namespace: (pattern) => nameless(pattern) ?? inEach(pattern, noNamespace),
  executable: (pattern) => inEach(pattern, noExecutable) ?? onlyAtRoot(pattern),
  unit: (pattern) => inEach(pattern, noUnit),
  container: (pattern) => (pattern.includes("/") ? inEach(pattern, noContainer) : undefined),
};

/** Returns a warning about a pattern that can match nothing, or less than was probably meant. */
export function patternWarning(key: PatternKey, pattern: string): string | undefined {
  const objection = objections[key](pattern);
  return objection === undefined ? undefined : `"${key}" ${quoted(pattern)} ${objection}`;
}

/**
 * Returns a warning about a user that doesn't exist. There is none if the name service doesn't answer, because then the
 * user may exist.
 */
export function userWarning(name: string): string | undefined {
  if (!isUnknownUser(name)) return undefined;
  const hint = /^\d+$/.test(name)
    ? "a user's number is written without quotes"
    : "getent passwd lists the users";
  return `"user" ${quoted(name)} is no user of this machine now, so the rule matches nothing: ${hint}`;
}

/** The longest part of a pattern that is shown. */
const LONGEST_SHOWN = 60;

function quoted(text: string): string {
  return JSON.stringify(shortened(text));
}

function shortened(text: string): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

/** Returns the objection to the first alternative, if there is one to each of them. */
function inEach(pattern: string, objection: (shape: GlobShape) => string | undefined): string | undefined {
  const found = globShapes(pattern)?.map(objection);
  return found?.includes(undefined) ? undefined : found?.[0];
}

/** Stems of interface names that are followed by a number or a place, so that a dot after them is hardly meant. */
const STEMS =
  "(?:eth|eno|ens|enp|enx|en|wlan|wlp|wlx|wl|ww|usb|ppp|tun|tap|docker|virbr|veth|vnet|bond|dummy|wg|ib)";

/** What regular expressions have, and hardly any interface's name. */
const regularExpressions = [RegExp(`^\\^?${STEMS}(\\.)[*+]?\\$?$`), /^(\^)/, /(\$)$/, /\.(\+)/];

function regularExpression(pattern: string): string | undefined {
  if (/^[\w.-]+(?:\|[\w.-]+)+$/.test(pattern)) return notRegular("|", `{${pattern.replaceAll("|", ",")}}`);
  // In other patterns, these characters may have another meaning, or be in only one of several alternatives.
  if (!/^[\w.*?^$+-]+$/.test(pattern)) return undefined;
  for (const form of regularExpressions) {
    const [, character] = form.exec(pattern) ?? [];
    if (character === undefined) continue;
    const meant = pattern
      .replace(/^\^/, "")
      .replace(/\$$/, "")
      .replace(/\.[*+]|\.$/g, "*");
    return notRegular(character, meant);
  }
  return undefined;
}

function notRegular(character: string, meant: string): string {
  return `matches only names that contain a ${JSON.stringify(character)}, because patterns are not regular expressions: write ${quoted(meant)}`;
}

function noInterface({ skeleton, bytes }: GlobShape): string | undefined {
  // The kernel refuses these characters (net/core/dev.c, dev_valid_name), and more that aren't ASCII.
  const wrong = /[/: \t\n\v\f\r]/.exec(skeleton)?.[0];
  if (wrong !== undefined)
    return `matches no interface: no interface's name contains ${JSON.stringify(wrong)}`;
  if (bytes >= IFNAMSIZ) return `matches no interface: names have at most ${IFNAMSIZ - 1} bytes`;
  return undefined;
}

/** Names a namespace as promisc shows it if it has no name. In a pattern, the brackets are a set of characters. */
function nameless(pattern: string): string | undefined {
  return /^net:\[\d+\]$/.test(pattern)
    ? "matches no namespace of this number: patterns are for names (ip netns list), or write own"
    : undefined;
}

function noNamespace({ skeleton, bytes }: GlobShape): string | undefined {
  if (skeleton.includes("/")) return 'matches no namespace: no name contains a "/"';
  if (bytes > NAME_MAX) return `matches no namespace: names have at most ${NAME_MAX} bytes`;
  return undefined;
}

function noExecutable({ pattern, parts, skeleton, bytes }: GlobShape): string | undefined {
  if (!canBegin(parts, "/"))
    return `matches no path: no * or ? can be the "/" that a path begins with; for any directory, write ${quoted(`**/${pattern.replace(/^[*?]+/, "")}`)}`;
  const [useless] = /\/\.{0,2}\//.exec(skeleton) ?? [];
  if (useless !== undefined) return `matches no path: the kernel shows paths without "${useless}"`;
  if (skeleton.endsWith("/")) return 'matches no path: no path of a program ends with a "/"';
  if (bytes >= PATH_MAX) return `matches no path: paths have at most ${PATH_MAX - 1} bytes`;
  return undefined;
}

/** The star at the beginning can only be empty, because what it matches contains no slash. */
function onlyAtRoot(pattern: string): string | undefined {
  if (!/^\*\/[^*]/.test(pattern) || !globShapes(pattern)) return undefined;
  return `matches only ${shortened(pattern.slice(1))}, because a * can't be a "/"; for any directory, write ${quoted(`*${pattern}`)}`;
}

function canBegin(parts: readonly GlobPart[], character: string): boolean {
  for (const part of parts) {
    if (part === "anything" || part === "set") return true;
    if (part !== "*") return isCharacter(part, character);
  }
  return false;
}

function isCharacter(part: GlobPart | undefined, character: string): boolean {
  return typeof part === "object" && part.character === character;
}

/** The units that processes are in (cgroups(7), systemd.unit(5)). */
const unitSuffixes = [".service", ".scope"];

function noUnit({ pattern, skeleton, bytes }: GlobShape): string | undefined {
  if (skeleton.includes("/")) return 'matches no unit: no unit\'s name contains a "/"';
  if (bytes > NAME_MAX) return `matches no unit: names have at most ${NAME_MAX} bytes`;
  const isLiteral = !skeleton.includes(WILD);
  const ending = skeleton.slice(skeleton.lastIndexOf(WILD) + 1);
  const canEnd = unitSuffixes.some((suffix) =>
    isLiteral ? ending.endsWith(suffix) : ending.endsWith(suffix) || suffix.endsWith(ending),
  );
  if (canEnd) return undefined;
  const hint = isLiteral && !pattern.includes(".") ? `: write ${quoted(`${pattern}.service`)}` : "";
  return `matches no unit: those that processes are in end with ${unitSuffixes.join(" or ")}${hint}`;
}

const HEXADECIMAL_ID = 64;

function noContainer({ pattern, parts, skeleton, bytes }: GlobShape): string | undefined {
  if (parts.includes("anything") || /\[[^\]]*\//.test(pattern)) return undefined;
  const [runtime = "", id = "", ...more] = pattern.split("/");
  if (more.length > 0) return 'matches no container: it is compared with runtime/id, which has one "/"';
  if (bytes > 2 * NAME_MAX) return "matches no container: it is too long";
  const runtimes = containerRuntimes.filter(({ name }) => runtime !== "" && matchesGlob(runtime, name));
  if (runtimes.length === 0)
    return `matches no container: the runtimes are ${containerRuntimes.map(({ name }) => name).join(", ")}`;
  if (runtimes.some(({ hasNames }) => hasNames)) return undefined;
  const certain = skeleton.slice(skeleton.indexOf("/") + 1).replaceAll(WILD, "");
  if (/[^0-9a-f]/.test(certain))
    return `matches no container: ids of ${runtime} have the characters 0-9 and a-f only; its names can't be seen`;
  if (certain === id && id.length < HEXADECIMAL_ID)
    return `matches no container: ids have ${HEXADECIMAL_ID} characters: write ${quoted(`${pattern}*`)}, or the id alone`;
  return undefined;
}
