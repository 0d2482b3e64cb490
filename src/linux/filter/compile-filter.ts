import { checkOptions, type OptionKinds } from "../../check-options.js";
import { type PromiscError, usageError } from "../../errors.js";
import { type Instruction, readsAncillary } from "../../wire/kernel/bpf/classic.js";
import { withoutNames } from "./filter-names.js";
import { FilterCompiler, type FilterOptions } from "./libpcap.js";

/** Options of {@link compileFilter}. */
export interface CompileOptions extends FilterOptions {
  /**
   * Whether the packets come from a file, which lacks what only the kernel knows, such as the direction. Defaults to
   * false.
   */
  readonly forFile?: boolean;
}

const compileOptions: OptionKinds<CompileOptions> = {
  linkType: "number",
  snapLength: "number?",
  optimize: "boolean?",
  netmask: "number?",
  liveInterface: "string?",
  forFile: "boolean?",
};

/** Only expressions with this word examine VLAN tags (pcap-filter(7)), so only they depend on where the tag is. */
const VLAN = /\bvlan\b/;

/**
 * Compiles a tcpdump expression (pcap-filter(7)) with libpcap, which is loaded at the first call. Host names in the
 * expression are looked up.
 * @param expression the expression; an empty one accepts every packet
 * @param options see {@link CompileOptions}
 * @returns the classic BPF program
 * @throws PromiscError `usage` with libpcap's message, and a hint that shows the place of the error; `platform` without
 *   libpcap
 */
export function compileFilter(expression: string, options: CompileOptions): Instruction[] {
  checkOptions("compileFilter", options, compileOptions);
  if (expression.includes("\0")) throw refusal(expression, "it contains a NUL", undefined);
  using compiler = new FilterCompiler(
    VLAN.test(expression) ? options : { ...options, liveInterface: undefined },
  );
  const result = compiler.compile(expression);
  if (typeof result === "string")
    throw refusal(
      expression,
      result,
      locate(expression, result, (part) => compiler.compile(part)),
    );
  if (options.forFile && readsAncillary(result))
    throw refusal(expression, "it tests something that a file doesn't record about its packets", undefined);
  return result;
}

function refusal(expression: string, reason: string, position: number | undefined): PromiscError {
  return usageError(
    "compile the filter expression",
    reason,
    position === undefined ? `the expression: ${expression}` : `${expression}\n${" ".repeat(position)}^`,
  );
}

/** Texts that can follow the beginning of an expression. For almost any correct beginning, one of them completes it. */
const endings = [
  "",
  " 80",
  " 1-2",
  " 1.2.3.4",
  " 1.2.3.0/24",
  " 1:2:3:4:5:6",
  " ip",
  " host 1.2.3.4",
  " 0",
  " 0] = 0",
];
const moreEndings = [
  "] = 0",
  " = 0",
  " 1] = 0",
  " tcp",
  " udp",
  " mask 255.255.255.0",
  " request-type",
  " 1 = 1",
];

/** A name that libpcap doesn't know or can't find: `unknown host 'a.example'`. */
const QUOTED_NAME = /'([^']+)'/;

/**
 * Finds where libpcap found an error, which it doesn't report: the name that its message quotes, or the first word up
 * to which the expression fails in the same way, or, for a syntax error, has no correct continuation. Returns undefined
 * if this can't be determined.
 */
function locate(
  expression: string,
  reason: string,
  compile: (expression: string) => unknown,
): number | undefined {
  const words = [...expression.matchAll(/[()![\]]|&&|\|\||[<>=!&|+*/-]+|[^\s()![\]<>=&|+*]+/g)];
  const name = QUOTED_NAME.exec(reason)?.[1];
  if (name !== undefined) return words.find(([word]) => word === name)?.index;
  // Names would be looked up again with each attempt, which can take seconds each time.
  const ends = words.map(({ 0: word, index }) => index + word.length);
  const nameless = withoutNames(expression, ends);
  if (compile(nameless.text) !== reason) return undefined;
  const fails = reason.includes("syntax error")
    ? (part: string) => !canContinue(part, compile)
    : (part: string) => compile(part) === reason;
  // If a beginning can't be continued, neither can a longer one, so a binary search finds the first.
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fails(nameless.text.slice(0, nameless.places[middle]))) high = middle;
    else low = middle + 1;
  }
  return words[low]?.index ?? (reason.includes("syntax error") ? expression.length : undefined);
}

function canContinue(part: string, compile: (expression: string) => unknown): boolean {
  const open = part.split("(").length - part.split(")").length;
  const closing = ")".repeat(Math.max(0, open));
  return [...endings, ...moreEndings].some((ending) => {
    const result = compile(`${part}${ending}${closing}`);
    return typeof result !== "string" || !result.includes("syntax error");
  });
}
