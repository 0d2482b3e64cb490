import { isolate, noNamespaces } from "../../test/support/network/namespace.js";

/** Puts this process in a network namespace of its own; where that can't be, says so and ends it. */
export function isolateOrEnd(benchmark: string): void {
  if (noNamespaces) {
    console.log(`\n${benchmark} is left out: it ${noNamespaces}`);
    process.exit();
  }
  isolate();
}
