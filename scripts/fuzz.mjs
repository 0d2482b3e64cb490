// npm run fuzz -- [--inputs N] [--seed S]: mutated netlink messages for the readers and mutated packets for dissect,
// N of each, until one fails.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { root } from "./build.mjs";
import { setUp } from "./setup.mjs";
import { transpile } from "./transpile.mjs";

const { values } = parseArgs({
  options: {
    inputs: { type: "string", default: "1000000" },
    seed: { type: "string", default: String(Date.now() % 2 ** 32) },
  },
});
const inputs = Number(values.inputs);
const seed = Number(values.seed);
if (!Number.isSafeInteger(inputs) || inputs < 1 || !Number.isSafeInteger(seed)) {
  console.error("fuzz: --inputs takes a positive integer, --seed an integer");
  process.exit(2);
}

await setUp();
await transpile();
const load = (file) => import(pathToFileURL(join(root, "build/test/fuzz", file)).href);
const fuzzers = {
  netlink: (await load("netlink-fuzzer.js")).fuzz,
  packets: (await load("packet-fuzzer.js")).fuzzPackets,
};

for (const [name, fuzz] of Object.entries(fuzzers)) {
  console.error(`fuzz: ${name}: ${inputs} inputs, seed ${seed}`);
  const outcome = fuzz({
    inputs,
    seed,
    onProgress: (done) => console.error(`fuzz: ${name}: ${done} of ${inputs}`),
  });
  if (outcome.failure) {
    console.log(`fuzz: ${name}: ${outcome.failure.reason}`);
    console.log(`fuzz: seed ${seed}, input ${outcome.inputs}:`);
    console.log(Buffer.from(outcome.failure.input).toString("hex"));
    process.exitCode = 1;
  }
  const { accepted, malformed, seconds } = outcome;
  console.log(
    `${name}: ${outcome.inputs} inputs, ${accepted} accepted, ${malformed} malformed, ${seconds.toFixed(1)} seconds`,
  );
}
