import { PromiscError } from "../../errors.js";
import { compileFilter } from "../../linux/filter/compile-filter.js";
import { LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL, LINKTYPE_RAW } from "../../wire/file/linktype.js";
import { acceptSame } from "../../wire/filter/accept-same.js";
import type { Instruction } from "../../wire/kernel/bpf/classic.js";
import type { ListenerFilter } from "../listeners/listener.js";

/** The link types of frames whose filters can be put into words. */
const linkTypes = [LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL, LINKTYPE_RAW] as const;

/**
 * Returns why libpcap can't compile an expression for any kind of frames; undefined if it can.
 * @throws PromiscError `platform` without libpcap
 */
export function filterFault(expression: string): PromiscError | undefined {
  const faults = linkTypes.map((linkType) => compile(expression, linkType));
  return faults.every((each) => each instanceof PromiscError) ? faults[0] : undefined;
}

/**
 * Returns whether a listener's filter means the same as an expression, on frames as the listener gets them. It doesn't
 * matter how they are written. What can't be shown to be the same counts as different.
 * @throws PromiscError `platform` without libpcap
 */
export function matchesFilter(expression: string, filter: ListenerFilter): boolean {
  if (filter.kind !== "classic" || filter.linkType === undefined) return false;
  const { linkType, program } = filter;
  const wanted = compile(expression, linkType);
  if (wanted instanceof PromiscError) return false;
  // The kernel gives programs of cooked sockets frames without the header that libpcap's programs expect.
  const isAsCompiled = linkType !== LINKTYPE_LINUX_SLL;
  if (isAsCompiled && acceptSame(wanted, program)) return true;
  const actual = filter.expression === undefined ? undefined : compile(filter.expression, linkType);
  return actual !== undefined && !(actual instanceof PromiscError) && acceptSame(wanted, actual);
}

/** Policies have few expressions, and each is compared with every listener. Host names are looked up once. */
const compiled = new Map<string, Instruction[] | PromiscError>();

function compile(expression: string, linkType: number): Instruction[] | PromiscError {
  const key = `${linkType} ${expression}`;
  const known = compiled.get(key) ?? tryToCompile(expression, linkType);
  compiled.set(key, known);
  return known;
}

function tryToCompile(expression: string, linkType: number): Instruction[] | PromiscError {
  try {
    return compileFilter(expression, { linkType });
  } catch (error) {
    if (error instanceof PromiscError && error.code === "usage") return error;
    throw error;
  }
}
