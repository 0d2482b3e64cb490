import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PromiscError } from "../../../src/errors.js";
import { parsePolicy } from "../../../src/promiscuity/policy/parse.js";

const owned = "reason: r\n    approver: a";

/** Makes a policy with one rule that has these lines. */
const rule = (...lines: string[]): string => `version: 1\nrules:\n  - ${[...lines, owned].join("\n    ")}\n`;

function failure(text: string): PromiscError {
  try {
    parsePolicy(text, "p.yaml");
  } catch (error) {
    assert.ok(error instanceof PromiscError && error.code === "usage", String(error));
    return error;
  }
  throw new Error("it was accepted");
}

function refusal(text: string): string {
  return failure(text).message.replace("cannot read policy p.yaml: ", "");
}

describe("parsing a policy", () => {
  it("accepts YAML", () => {
    const policy = parsePolicy(
      rule("interface: mon*", "executable: /usr/bin/suricata", "user: 0", "expires: 2027-06-30"),
      "p.yaml",
    );
    assert.deepEqual(policy, {
      devices: "allowed",
      rules: [
        {
          file: "p.yaml",
          line: 3,
          kinds: ["socket"],
          interface: "mon*",
          executable: "/usr/bin/suricata",
          user: 0,
          reason: "r",
          approver: "a",
          expires: { written: "2027-06-30", at: new Date("2027-07-01T00:00:00Z") },
        },
      ],
    });
  });

  it("gives the same for JSON", () => {
    const json = '{"version": 1,\n"rules": [\n{"unit": "x@*.service", "reason": "r", "approver": "a"}]}';
    const yaml = "version: 1\nrules: [\n  {unit: x@*.service, reason: r, approver: a}]";
    assert.deepEqual(parsePolicy(json, "p"), parsePolicy(yaml, "p"));
  });

  it("accepts a policy without rules", () => {
    assert.deepEqual(parsePolicy("version: 1\ndevices: findings", "p"), { devices: "findings", rules: [] });
  });

  it("gives rules the kinds flag and socket, unless they name kinds or a process", () => {
    const kinds = (...lines: string[]) => parsePolicy(rule(...lines), "p").rules[0]?.kinds;
    assert.deepEqual(kinds("interface: eth0"), ["flag", "socket"]);
    assert.deepEqual(kinds("user: root"), ["socket"]);
    assert.deepEqual(kinds("kind: hidden"), ["hidden"]);
    assert.deepEqual(kinds("kind: [flag, unexplained]"), ["flag", "unexplained"]);
  });

  const refusals: readonly [what: string, text: string, message: string | RegExp][] = [
    ["no text", "", "it is empty"],
    ["a bracket left open", "version: 1\nrules: [", /^line 2, column 9: Flow sequence/],
    ["no version", "rules: []", 'line 1, column 1: "version" is missing'],
    ["another version", "version: 2", 'line 1, column 10: "version" must be 1, the only one that there is'],
    ["a list at the top", "- a", "line 1, column 1: the policy must be a mapping of keys to values"],
    ["an unknown key", "version: 1\nrule: []", 'line 2, column 1: "rule" is not a known key of the policy'],
    [
      "a key given twice",
      "version: 1\nversion: 1",
      'line 2, column 1: "version" is given twice in the policy',
    ],
    ["rules that are no list", "version: 1\nrules: {}", 'line 2, column 8: "rules" must be a list'],
    [
      "a rule that is text",
      "version: 1\nrules: [eth0]",
      "line 2, column 9: a rule must be a mapping of keys to values",
    ],
    ["no reason", "version: 1\nrules:\n - approver: a", 'line 3, column 4: the rule has no "reason"'],
    ["no approver", "version: 1\nrules:\n - reason: a", 'line 3, column 4: the rule has no "approver"'],
    ["an empty approver", "version: 1\nrules:\n - {reason: a, approver: ' '}", /"approver" is empty$/],
    [
      "a number for text",
      rule("interface: 5"),
      'line 3, column 16: "interface" must be text: write it in quotes, "5"',
    ],
    ["a relative executable", rule("executable: tcpdump"), /"executable" must be a whole path/],
    ["a broken pattern", rule('interface: "et[h"'), /"interface" is not a pattern: Missing closing/],
    ["a shell's negated set", rule('interface: "[!a]"'), /"interface" is not a pattern: .*\[\^…\]/],
    ["a negative user", rule("user: -1"), /"user" must be a user's name, or a number/],
    [
      "a pattern for a container's id",
      rule('container: "abc*"'),
      /"container" must be a pattern over runtime\/id/,
    ],
    [
      "an unknown kind",
      rule("kind: sockets"),
      'line 3, column 11: "sockets" is not a kind of holder or listener',
    ],
    ["an empty list of kinds", rule("kind: []"), 'line 3, column 11: "kind" is empty'],
    [
      "a flag's executable",
      rule("kind: flag", "executable: /x"),
      /flag has no process, and "executable" asks/,
    ],
    [
      "a day that doesn't exist",
      rule("expires: 2027-02-30"),
      'line 3, column 14: "expires" can\'t be read: there is no such day',
    ],
    [
      "a time without a zone",
      rule("expires: 2027-02-20T10:00"),
      /it is neither a date .* nor a time with a zone/,
    ],
    [
      "a rule without a condition",
      "version: 1\nrules:\n  - {reason: r, approver: a, expires: 2027-06-30}",
      "line 3, column 5: the rule has no condition: it would allow every flag and every socket",
    ],
    [
      "an alias",
      "version: 1\nrules:\n - &a {kind: flag, reason: r, approver: a}\n - *a",
      "line 4, column 4: a * at the beginning makes this a YAML alias, which a policy can't have",
    ],
    [
      "a star alone",
      rule("interface: *"),
      "line 3, column 16: a * at the beginning makes this a YAML alias, which a policy can't have",
    ],
    [
      "devices that are true",
      "version: 1\ndevices: true",
      'line 2, column 10: "devices" must be allowed or findings, not true',
    ],
    [
      "a user that is true",
      rule("user: true"),
      'line 3, column 11: "user" must be a user\'s name, or a number from 0 to 4294967295, not true',
    ],
    [
      "a kind that is false",
      rule("kind: false"),
      'line 3, column 11: "kind" must be one of flag, socket, device, unicast-addresses, hidden, unexplained, packet-socket, xdp-socket, tap-reader, raw-socket, xdp-program, tc-program, tcx-program, netfilter-program, namespace-program, mirror, sample, nflog, nfqueue, not false',
    ],
    [
      "a number for a date",
      rule("expires: 20270630"),
      'line 3, column 14: "expires" must be a date (2027-06-30) or a time, not 20270630',
    ],
    ["a second document", "version: 1\n---\nversion: 1", /a second document begins$/],
    ["too much text", `version: 1\n#${"x".repeat(300_000)}`, "it has more than 262144 characters"],
    ["brackets without end", `version: 1\nrules: ${"[".repeat(100_000)}`, /./],
  ];

  for (const [what, text, message] of refusals)
    it(`refuses a policy with ${what}`, () => {
      if (typeof message === "string") assert.equal(refusal(text), message);
      else assert.match(refusal(text), message);
    });

  for (const [condition, hint] of [
    ["executable: */tcpdump", 'if a pattern is meant, write it in quotes: "*/tcpdump"'],
    ["interface: *.5", 'if a pattern is meant, write it in quotes: "*.5"'],
    ["interface: *", /must be in quotes$/],
    ["interface: [ab]*", /must be in quotes$/],
    ["interface: [ab]", /must be in quotes$/],
    ["interface: {a,b}", /must be in quotes$/],
    ["executable: tcpdump", 'for any directory, write "**/tcpdump"'],
    ["executable: ^/usr/bin/.*$", /^neither regular expressions nor ~/],
    ["executable: ~/bin/sniffer", /^neither regular expressions nor ~/],
    ["interface: [eth0, eth1]", /^for several values, write a rule for each; /],
    ["\tinterface: eth0", "indent with blanks"],
    ["interface: eth0\n     user: root", /^indent all keys of a rule alike/],
    ["interface: a: b", /a text that contains ": " must be in quotes$/],
    ["interface: @eth", "a text that begins with @, ` or % must be in quotes"],
    ["expires: never", 'a rule without "expires" lasts until somebody removes it'],
  ] as const)
    it(`says how to write ${JSON.stringify(condition)}`, () => {
      const hinted = failure(rule(condition)).hint ?? "";
      if (typeof hint === "string") assert.equal(hinted, hint);
      else assert.match(hinted, hint);
    });

  for (const [text, hint] of [
    ["version: 1\ndevices: yes", /^allowed: kernel devices .*; findings: they need one too$/],
    ["version: 1\nrules:\n - reason:", "every rule has a reason and an approver"],
    ["version: 1\ndevices: true", /^allowed: kernel devices .*; findings: they need one too$/],
    ["version: 1\nrules:\n  interface: eth0", 'each item of a list begins with "- "'],
    ["version: 1\nrules:\n\t- interface: eth0", "indent with blanks"],
  ] as const)
    it(`says how to write ${JSON.stringify(text)}`, () => {
      const hinted = failure(text).hint ?? "";
      if (typeof hint === "string") assert.equal(hinted, hint);
      else assert.match(hinted, hint);
    });
});
