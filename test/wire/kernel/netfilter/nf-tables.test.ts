import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { encodeString } from "../../../../src/wire/bytes.js";
import {
  dupExpression,
  immediateExpression,
  registerWord,
} from "../../../../src/wire/kernel/netfilter/expressions.js";
import {
  commentIn,
  NFT_TABLE_F_DORMANT,
  type NfTable,
  type NfTablesChain,
  nfTablesChainSize,
  nfTablesRuleSize,
  readNfTable,
  readNfTablesChain,
  readNfTablesRule,
  writeNfTablesChain,
  writeNfTablesRule,
} from "../../../../src/wire/kernel/netfilter/nf-tables.js";
import { hex, otherByteOrder } from "../../../support/wire/golden/hex.js";
import { onlyMessage } from "../../../support/wire/golden/message.js";
import { dormantTable, dupRule, ingressChain } from "../../../support/wire/golden/netfilter.js";
import { assertMalformed } from "../../../support/wire/malformed.js";
import { written } from "../../../support/wire/rewrite.js";

describe("messages of nf_tables", { skip: otherByteOrder }, () => {
  const chain = onlyMessage(ingressChain).payload;
  const rule = onlyMessage(dupRule).payload;

  it("are read: a table", () => {
    const { other, ...known } = readNfTable(onlyMessage(dormantTable).payload);
    assert.deepEqual(known, { family: 2, name: "off", flags: NFT_TABLE_F_DORMANT } satisfies NfTable);
    assert.equal(other?.length, 2);
  });

  it("are read: a chain", () => {
    const { other, ...known } = readNfTablesChain(chain);
    assert.deepEqual(known, {
      family: 5,
      table: "watch",
      handle: 1n,
      name: "in",
      hook: { number: 0, priority: -5, device: "v0", devices: ["v0"] },
    } satisfies NfTablesChain);
    assert.deepEqual(
      other?.map(({ type }) => type),
      [5, 7, 10, 6],
    );
  });

  it("are read: a rule with its expressions and its comment", () => {
    const { expressions, userData, ...known } = readNfTablesRule(rule);
    assert.deepEqual(known, { family: 5, table: "watch", chain: "in", handle: 2n });
    assert.equal(commentIn(userData ?? hex("")), "copies");
    const [first, second, ...more] = expressions ?? [];
    assert.deepEqual(more, []);
    assert.equal(first?.name, "immediate");
    assert.deepEqual(immediateExpression.read(first?.data ?? hex(""), 0, 20, "immediate"), {
      register: 1,
      data: { value: hex("02 00 00 00") },
    });
    assert.equal(second?.name, "dup");
    assert.deepEqual(dupExpression.read(second?.data ?? hex(""), 0, 8, "dup"), { device: 1 });
  });

  it("are the same after they were written and read again", () => {
    const chainValue = readNfTablesChain(chain);
    const chainBytes = written(chainValue, nfTablesChainSize, writeNfTablesChain);
    assert.equal(chainBytes.length, chain.length);
    assert.deepEqual(readNfTablesChain(chainBytes), chainValue);
    const ruleValue = readNfTablesRule(rule);
    const ruleBytes = written(ruleValue, nfTablesRuleSize, writeNfTablesRule);
    assert.equal(ruleBytes.length, rule.length);
    assert.deepEqual(readNfTablesRule(ruleBytes), ruleValue);
  });

  it("are malformed if they are cut off", () => {
    assertMalformed(() => readNfTablesRule(rule.subarray(0, 3)), "nfgenmsg", "3 bytes, needs 4");
    assertMalformed(
      () => readNfTablesRule(rule.subarray(0, 60)),
      "NFT_MSG_NEWRULE NFTA_RULE_EXPRESSIONS",
      "24 bytes, needs 72",
    );
  });
});

describe("the user data of a rule", () => {
  const cases: [what: string, bytes: string, comment: string | undefined][] = [
    ["a comment", "00 03 68 69 00", "hi"],
    ["a comment without NUL", "00 02 68 69", "hi"],
    ["a comment after something else", "01 02 aa bb 00 02 68 69", "hi"],
    ["no comment", "01 02 aa bb", undefined],
    ["a comment that is cut off", "00 05 68 69", undefined],
    ["a single byte", "00", undefined],
    ["nothing", "", undefined],
  ];
  for (const [what, bytes, comment] of cases)
    it(`may be ${what}`, () => assert.equal(commentIn(hex(bytes)), comment));

  it("may be any text", () =>
    assert.equal(commentIn(Uint8Array.of(0, 3, ...encodeString("\x1b[A"))), "\x1b[A"));
});

describe("registers of nf_tables", () => {
  it("overlap: four of 4 bytes are one of 16 bytes", () => {
    assert.deepEqual([1, 2, 4, 8, 9, 12, 23].map(registerWord), [0, 4, 12, 0, 1, 4, 15]);
    assert.deepEqual([0, 5, 7].map(registerWord), [undefined, undefined, undefined]);
  });
});
