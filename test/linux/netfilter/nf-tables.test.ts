import assert from "node:assert/strict";
import { constants } from "node:os";
import { describe, it } from "node:test";
import type { PassingAction } from "../../../src/linux/netfilter/netfilter-listener.js";
import { readNfTables } from "../../../src/linux/netfilter/nf-tables.js";
import { NO_BYTES, writeU32 } from "../../../src/wire/bytes.js";
import * as expressions from "../../../src/wire/kernel/netfilter/expressions.js";
import {
  type NfTablesRule,
  nfTablesRuleSize,
  type RuleExpression,
  writeNfTablesRule,
} from "../../../src/wire/kernel/netfilter/nf-tables.js";
import type { AttributeSet, AttributeValues } from "../../../src/wire/kernel/netlink/attribute.js";
import { NLM_F_MULTI } from "../../../src/wire/kernel/netlink/message.js";
import { doneReply } from "../../support/netlink/netlink-replies.js";
import { answers, ScriptedKernel } from "../../support/netlink/scripted-kernel.js";

/** linux/netfilter/nf_tables.h: NFT_MSG_NEWRULE. */
const NEW_RULE = 0x0a06;

const done = doneReply({ errno: 0, extended: {} });

function expression<Table>(
  name: string,
  set: AttributeSet<Table>,
  values: AttributeValues<Table>,
): RuleExpression {
  const data = new Uint8Array(set.size(values));
  set.write(values, data, 0);
  return { name, data };
}

const other = (name: string): RuleExpression => ({ name, data: NO_BYTES });

const immediate = (register: number, value: Uint8Array) =>
  expression("immediate", expressions.immediateExpression, { register, data: { value } });

const dup = (values: { address?: number; device?: number }) =>
  expression("dup", expressions.dupExpression, values);

/** Returns an interface's index as a register has it. */
const index = (number: number) => {
  const bytes = new Uint8Array(4);
  writeU32(bytes, 0, number);
  return bytes;
};

/** Returns what is read of a table with one rule. */
function actionsOf(steps: readonly RuleExpression[]): PassingAction[] {
  const rule: NfTablesRule = { family: 2, table: "t", chain: "c", handle: 9n, expressions: [...steps] };
  const payload = new Uint8Array(nfTablesRuleSize(rule));
  writeNfTablesRule(rule, payload, 0);
  const replies = [{ type: NEW_RULE, flags: NLM_F_MULTI, payload }, done];
  const kernel = new ScriptedKernel(answers(replies), answers([done]), answers([done]));
  const { values, unseen } = readNfTables(kernel);
  assert.deepEqual(unseen, []);
  return values.map(({ action }) => action);
}

describe("a rule of nf_tables", () => {
  const queue = (values: { number?: number; total?: number; register?: number }) =>
    expression("queue", expressions.queueExpression, values);

  const cases: [what: string, steps: RuleExpression[], actions: PassingAction[]][] = [
    ["nothing, if it only accepts", [other("counter"), immediate(0, index(0))], []],
    ["packets to one queue", [queue({ number: 3, total: 1 })], [{ kind: "nfqueue", first: 3, last: 3 }]],
    ["packets to several queues", [queue({ number: 3, total: 4 })], [{ kind: "nfqueue", first: 3, last: 6 }]],
    ["packets to a queue that it computes", [other("hash"), queue({ register: 1 })], [{ kind: "nfqueue" }]],
    ["copies by an interface", [immediate(1, index(7)), dup({ device: 1 })], [{ kind: "dup", target: 7 }]],
    [
      "copies by an interface whose register has another number",
      [immediate(9, index(7)), dup({ device: 9 })],
      [{ kind: "dup", target: 7 }],
    ],
    [
      "copies, of which two go different ways",
      [
        immediate(1, index(7)),
        dup({ device: 1 }),
        immediate(1, index(8)),
        other("counter"),
        dup({ device: 8 }),
      ],
      [
        { kind: "dup", target: 7 },
        { kind: "dup", target: 8 },
      ],
    ],
    [
      "copies to a router",
      [immediate(2, Uint8Array.of(192, 0, 2, 1)), dup({ address: 2 })],
      [{ kind: "dup", gateway: "192.0.2.1" }],
    ],
    ["copies somewhere that it computes", [dup({ device: 1 })], [{ kind: "dup", isComputed: true }]],
    [
      "copies somewhere, if another step may have changed the register",
      [immediate(1, index(7)), other("lookup"), dup({ device: 1 })],
      [{ kind: "dup", isComputed: true }],
    ],
    [
      "packets by an interface that it computes",
      [other("meta"), expression("fwd", expressions.fwdExpression, { device: 1 })],
      [{ kind: "fwd", isComputed: true }],
    ],
    [
      "nothing, if its target only marks packets",
      [expression("target", expressions.targetExpression, { name: "MARK", revision: 2, info: index(1) })],
      [],
    ],
  ];
  for (const [what, steps, actions] of cases)
    it(`passes on ${what}`, () => assert.deepEqual(actionsOf(steps), actions));
});

describe("nf_tables", () => {
  const errors: [errno: number, why: string | undefined][] = [
    [constants.errno.EPERM, "privilege"],
    [constants.errno.ENOMEM, "refused"],
    // What a kernel without nf_tables answers.
    [constants.errno.EINVAL, undefined],
  ];
  for (const [errno, why] of errors)
    it(`is reported as ${why ?? "absent"} if the kernel answers ${errno}`, () => {
      const { values, unseen } = readNfTables(
        new ScriptedKernel(answers([doneReply({ errno, extended: {} })])),
      );
      assert.deepEqual(values, []);
      assert.deepEqual(
        unseen.map((each) => [each.what, each.why]),
        why ? [["the rules of nftables", why]] : [],
      );
    });

  it("is reported as incomplete if there is no time left to read its rules", () => {
    const rule = { type: NEW_RULE, flags: NLM_F_MULTI, payload: new Uint8Array(4) };
    const kernel = new ScriptedKernel(answers([rule, done]));
    const { unseen } = readNfTables({ open: kernel.open, time: -1 });
    assert.deepEqual(
      unseen.map(({ what, why }) => [what, why]),
      [["the rules of nftables", "incomplete"]],
    );
  });
});
