import { describe, it } from "node:test";
import { protocols } from "../../support/wire/protocols.js";

describe("any value of a protocol survives being written and read:", () => {
  for (const [name, { survives }] of Object.entries(protocols)) it(name, survives);
});

describe("a protocol's bytes that are cut anywhere are read or reported as malformed:", () => {
  for (const [name, { survivesCuts }] of Object.entries(protocols)) it(name, survivesCuts);
});
