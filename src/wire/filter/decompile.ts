import { checkOptions, type OptionKinds } from "../../check-options.js";
import type { Instruction } from "../kernel/bpf/classic.js";
import { BPF_MAXINSNS } from "../kernel/bpf/classic.js";
import { checkProgram } from "../kernel/bpf/run.js";
import { ETH_P_ALL } from "../packet/link/ether-type.js";
import { Budget, OutOfBudget } from "./budget.js";
import { type Decision, Decisions, type Test } from "./decision.js";
import { execute, NotFollowed } from "./execute.js";
import { decisionOf, formatExpression, instructionsOf } from "./expression.js";
import { assumeAll, equivalent, type Facts, NO_FACTS } from "./facts.js";
import { linkLayout } from "./link-layout.js";
import { Model } from "./model.js";
import { optimize } from "./optimizer.js";
import { type PayloadConstant, payloadConstants } from "./payload.js";
import { NotExpressible, Structure } from "./structure.js";
import { ALL_BITS, Terms } from "./term.js";

/** Options of {@link decompileFilter}. */
export interface DecompileOptions {
  /** The LINKTYPE_ value of the packets; 1 is Ethernet. For cooked sockets, it is 113 or 276. */
  readonly linkType: number;
  /**
   * Whether the program is for packets of a capture file, as `compileFilter` makes them, and not one of a socket.
   * Defaults to false.
   */
  readonly forFile?: boolean;
  /**
   * The protocol that the socket is bound to, as in the third argument of socket(2), if it isn't `ETH_P_ALL` (3). The
   * program gets no packets of others.
   */
  readonly protocol?: number;
}

const decompileOptions: OptionKinds<DecompileOptions> = {
  linkType: "number",
  forFile: "boolean?",
  protocol: "number?",
};

/** What a classic BPF program means. */
export interface DecompiledFilter {
  /**
   * A tcpdump expression (pcap-filter(7)) that accepts the same packets; empty if all are accepted. Absent if none was
   * found.
   */
  readonly expression?: string;
  /**
   * Whether libpcap's optimizer has to be on for a program that treats packets that end within a header in the same way,
   * because it moves some tests before others. If absent, the optimizer has to be off for that. For all other packets,
   * there is no difference.
   */
  readonly optimized?: boolean;
  /** Why there is no expression. */
  readonly reason?: string;
  /** The constants that are compared with payload (magic numbers). Absent if the program couldn't be followed. */
  readonly payloadConstants?: readonly PayloadConstant[];
  /**
   * The numbers of bytes that the program keeps of accepted packets, in ascending order. Absent if the program couldn't be
   * followed, or if it calculates them.
   */
  readonly lengths?: readonly number[];
}

/** The work that one step of decompiling may take, so that a program made for it can't keep it busy. */
const MOST_STEPS = 20_000;

const TOO_COMPLEX = "it is too complex";
const REJECTS_ALL = "it rejects every packet";

/**
 * Finds out what a classic BPF program means: an expression that libpcap compiles to an equivalent program, and the
 * constants that are compared with payload. The work is bounded, whatever the program is.
 * @param program the instructions, for example from the kernel's report on a packet socket
 * @param options see {@link DecompileOptions}
 * @throws PromiscError `malformed` if the program is invalid
 */
export function decompileFilter(
  program: readonly Instruction[],
  options: DecompileOptions,
): DecompiledFilter {
  checkOptions("decompileFilter", options, decompileOptions);
  checkProgram(program);
  const layout = linkLayout(options.linkType, options.forFile ?? false);
  if (!layout) return { reason: "packets of this link type aren't understood" };
  const terms = new Terms();
  const decisions = new Decisions(terms);
  const model = new Model(terms, decisions, layout);
  const followed = within(() => execute(program, terms, decisions, new Budget(MOST_STEPS)));
  if (typeof followed === "string") return { reason: followed };
  const { decision, places, lengths } = followed;
  const facts = factsOfSocket(model, options.protocol);
  const compared = within(() => payloadConstants(decision, facts, model, places, new Budget(MOST_STEPS)));
  return {
    ...express(decision, facts, model, places),
    ...(typeof compared === "string" ? {} : { payloadConstants: compared }),
    ...(lengths.has(undefined) ? {} : { lengths: ([...lengths] as number[]).sort((a, b) => a - b) }),
  };
}

/** Returns what is known about every packet of a socket. */
function factsOfSocket(model: Model, protocol = ETH_P_ALL): Facts {
  if (protocol === ETH_P_ALL || protocol === 0) return NO_FACTS;
  // The kernel compares with its own note of the protocol, which isn't always what an Ethernet header has.
  const term = model.layout.isEthernet ? undefined : model.layout.etherType?.(model.terms, 0);
  const literal = term ? model.decisions.equal(term, ALL_BITS, protocol) : true;
  return typeof literal === "boolean" ? NO_FACTS : assumeAll(NO_FACTS, literal.test, !literal.negated);
}

/** Returns a result, or the reason why there is none. */
function within<Result>(action: () => Result): Result | string {
  try {
    return action();
  } catch (error) {
    if (error instanceof NotFollowed || error instanceof NotExpressible) return error.message;
    if (error instanceof OutOfBudget) return TOO_COMPLEX;
    throw error;
  }
}

/**
 * The ways to look for an expression: with the primitives of the language, where libpcap may have optimized the program
 * or not, and as comparisons alone.
 */
const ways = [
  { primitives: true, optimized: true },
  { primitives: true, optimized: false },
  { primitives: false, optimized: false },
] as const;

function express(
  decision: Decision,
  facts: Facts,
  model: Model,
  places: ReadonlyMap<Test, number>,
): Pick<DecompiledFilter, "expression" | "optimized" | "reason"> {
  const isAlways = (result: boolean) =>
    within(() => equivalent(decision, result, facts, new Budget(MOST_STEPS))) === true;
  if (isAlways(true)) return { expression: "" };
  if (isAlways(false)) return { reason: REJECTS_ALL };
  let reason = "no expression was found that means exactly the same";
  for (const way of ways) {
    const found = within(() => {
      const budget = new Budget(MOST_STEPS);
      const expression = new Structure(model, { shift: 0, places, ...way }, budget).express(decision, facts);
      if (typeof expression === "boolean") return undefined;
      if (instructionsOf(expression) > BPF_MAXINSNS) return "its expression would be too long";
      const meant = decisionOf(expression);
      const checking = new Budget(MOST_STEPS);
      const plain = equivalent(meant, decision, facts, checking);
      const optimized = plain ? undefined : optimize(meant, model, checking);
      if (!plain && (optimized === undefined || !equivalent(optimized, decision, facts, checking)))
        return undefined;
      return {
        expression: formatExpression(expression),
        ...(plain ? {} : { optimized: true }),
      };
    });
    if (typeof found === "object") return found;
    if (found !== undefined) reason = found;
  }
  return { reason };
}
