// npm run fuzz -- [--target netlink|captures|packets] [--inputs N] [--seed S]: passes mutated netlink messages, capture
// files or packets to the code that reads them, until one fails or N are done. By default it runs all targets in turn.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { root } from "./build.mjs";
import { setUp } from "./setup.mjs";
import { transpile } from "./transpile.mjs";

const { values } = parseArgs({
  options: {
    target: { type: "string" },
    inputs: { type: "string", default: "1000000" },
    seed: { type: "string", default: String(Date.now() % 2 ** 32) },
  },
});
const inputs = Number(values.inputs);
const seed = Number(values.seed);
const targets = {
  netlink: async () => (await load("netlink-fuzzer")).fuzz,
  captures: async () => (await load("capture-fuzzer")).fuzzCaptures,
  packets: async () => (await load("packet-fuzzer")).fuzzPackets,
};
const load = (name) => import(pathToFileURL(join(root, `build/test/fuzz/${name}.js`)).href);
const wanted = values.target === undefined ? Object.keys(targets) : [values.target];
if (!wanted.every((name) => Object.hasOwn(targets, name))) {
  console.error(`fuzz: --target takes ${Object.keys(targets).join(" or ")}`);
  process.exit(2);
}
if (!Number.isSafeInteger(inputs) || inputs < 1 || !Number.isSafeInteger(seed)) {
  console.error("fuzz: --inputs takes a positive integer, --seed an integer");
  process.exit(2);
}

await setUp();
await transpile();
for (const name of wanted) {
  const fuzz = await targets[name]();
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
