// Most filters can be put into words, and the words mean the same. This compiles random expressions, decompiles the
// programs, compiles the results, and compares the two programs on packets that take both edges of every jump.
import { recompile, recompiledKinds } from "../test/support/filter/recompile.js";
import { claim, figures, result } from "./support/report.js";

/** How many expressions are tried, in all kinds together. */
const COUNT = Number(process.env["EXPRESSIONS"] ?? 100_000);
/** Of so many of a hundred, an expression has to be found. */
const LEAST = 80;

claim("Most filters can be put into words that libpcap compiles to a program that accepts the same packets");
for (const kind of recompiledKinds) {
  const outcomes = { invalid: 0, none: 0, equal: 0, different: 0 };
  let packets = 0;
  const wanted = Math.ceil(COUNT / recompiledKinds.length);
  for (let seed = 1, tried = 0; tried < wanted; seed++) {
    const { outcome, packets: compared, original, expression } = recompile(kind, seed);
    outcomes[outcome]++;
    packets += compared;
    if (outcome !== "invalid") tried++;
    if (outcome === "different") console.log(`  seed ${seed}: ${original}\n    became ${expression}`);
  }
  console.log(`  ${kind.name}`);
  figures([
    ["  expressions", String(wanted)],
    ["  packets compared", String(packets)],
  ]);
  result("  found", (100 * outcomes.equal) / wanted, "of a hundred", { atLeast: LEAST });
  result("  different", outcomes.different, "", { atMost: 0 });
}
