import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { InterfaceNames } from "../../../src/capture/print/interface-names.js";

describe("the names of interfaces that packets give by index", () => {
  const names = new Map<number, string>();
  let asked: number[] = [];
  const known = new InterfaceNames((index) => {
    asked.push(index);
    return names.get(index);
  });
  const text = (index: number): string => Buffer.from(known.bytesOf(index)).toString();
  const askedSince = (): number[] => asked.splice(0);

  it("are padded to five characters, and ? stands for those that don't exist", () => {
    names.set(1, "lo").set(2, "enp0s31f6");
    assert.deepEqual([text(1), text(2), text(3)], ["lo   ", "enp0s31f6", "?    "]);
    assert.deepEqual(askedSince(), [1, 2, 3]);
  });

  it("are looked up once in each round", () => {
    assert.deepEqual([text(1), text(3), text(1)], ["lo   ", "?    ", "lo   "]);
    assert.deepEqual(askedSince(), []);
    known.refresh();
    assert.deepEqual([text(1), text(1)], ["lo   ", "lo   "]);
    assert.deepEqual(askedSince(), [1]);
  });

  it("change with the interface's name, and stay when it is gone", () => {
    names.set(2, "wan").set(3, "eth0").delete(1);
    known.refresh();
    assert.deepEqual([text(1), text(2), text(3)], ["lo   ", "wan  ", "eth0 "]);
    names.set(1, "new");
    known.refresh();
    assert.equal(text(1), "new  ");
  });

  it("don't accumulate without end", () => {
    asked = [];
    for (let index = 10; index < 10_000; index++) text(index);
    assert.equal(asked.length, 9990);
    assert.equal(text(9_999), "?    ");
    assert.equal(asked.length, 9990);
  });
});
