import type { Decision } from "./decision.js";

/** Makes the decision that follows from a condition, given the decisions after it is true and after it is false. */
export type Condition = (then: Decision, otherwise: Decision) => Decision;

/** An expression of pcap-filter(7) that consists of no others. */
export interface Primitive {
  readonly kind: "primitive";
  readonly text: string;
  /**
   * Returns what libpcap makes of the primitive.
   * @param shift the number of bytes by which the tags that the expression named before have moved the packet's contents
   */
  readonly condition: (shift: number) => Condition;
  /** The number of bytes by which the primitive moves what the rest of the expression is about; 4 for `vlan`. */
  readonly shift?: number;
}

/** An expression of pcap-filter(7). */
export type Expression =
  | Primitive
  | { readonly kind: "and" | "or"; readonly parts: readonly Expression[] }
  | { readonly kind: "not"; readonly part: Expression };

/** Joins expressions with `and` or `or`, without nesting those that are joined in the same way. */
export function join(kind: "and" | "or", parts: readonly Expression[]): Expression {
  const flat = parts.flatMap((part) => (part.kind === kind ? part.parts : [part]));
  return flat.length === 1 ? (flat[0] as Expression) : { kind, parts: flat };
}

/** Returns the opposite of an expression. */
export function negate(part: Expression): Expression {
  return part.kind === "not" ? part.part : { kind: "not", part };
}

/** Returns the decision that libpcap's program makes for an expression. */
export function decisionOf(expression: Expression): Decision {
  return place(expression, { shift: 0 })(true, false);
}

/** Goes through an expression from left to right, because `vlan` changes the meaning of what follows in the text. */
function place(expression: Expression, at: { shift: number }): Condition {
  if (expression.kind === "primitive") {
    const condition = expression.condition(at.shift);
    at.shift += expression.shift ?? 0;
    return condition;
  }
  if (expression.kind === "not") return opposite(place(expression.part, at));
  const parts = expression.parts.map((part) => place(part, at));
  return expression.kind === "and" ? all(parts) : any(parts);
}

export function opposite(condition: Condition): Condition {
  return (then, otherwise) => condition(otherwise, then);
}

export function all(conditions: readonly Condition[]): Condition {
  return (then, otherwise) => conditions.reduceRight((rest, each) => each(rest, otherwise), then);
}

export function any(conditions: readonly Condition[]): Condition {
  return (then, otherwise) => conditions.reduceRight((rest, each) => each(then, rest), otherwise);
}

/** Formats an expression. `and` and `or` have the same precedence in libpcap's grammar, so parentheses separate them. */
export function formatExpression(expression: Expression): string {
  switch (expression.kind) {
    case "primitive":
      return expression.text;
    case "not":
      return `not ${operand(expression.part)}`;
    default:
      return expression.parts.map(operand).join(` ${expression.kind} `);
  }
}

function operand(expression: Expression): string {
  const text = formatExpression(expression);
  return expression.kind === "and" || expression.kind === "or" ? `(${text})` : text;
}

/** Returns about how many instructions libpcap makes of an expression, at most. */
export function instructionsOf(expression: Expression): number {
  if (expression.kind === "not") return instructionsOf(expression.part);
  if (expression.kind !== "primitive")
    return expression.parts.reduce((sum, part) => sum + instructionsOf(part), 0);
  // Two instructions for each test, those for loads with an index, and those for calculations.
  const operations = expression.text.match(/[[&|^*/%<>+-]/g)?.length ?? 0;
  return 2 * branchesOf(expression.condition(0)(true, false)) + 10 * operations + 2;
}

function branchesOf(decision: Decision): number {
  const seen = new Set<Decision>();
  const waiting = [decision];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop())
    if (typeof at !== "boolean" && !seen.has(at)) {
      seen.add(at);
      waiting.push(at.then, at.otherwise);
    }
  return seen.size;
}
