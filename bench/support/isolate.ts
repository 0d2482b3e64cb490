import { isolate, noNamespaces } from "../../test/support/network/namespace.js";

/** Moves this process to a new network namespace. If that is not possible, prints why and exits. */
export function isolateOrEnd(benchmark: string): void {
  if (noNamespaces) {
    console.log(`\n${benchmark} is left out: it ${noNamespaces}`);
    process.exit();
  }
  isolate();
}
