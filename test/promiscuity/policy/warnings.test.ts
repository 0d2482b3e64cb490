import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { matchesGlob } from "../../../src/promiscuity/policy/glob.js";
import { type ParsePolicyOptions, parsePolicy } from "../../../src/promiscuity/policy/parse.js";
import { patternWarning } from "../../../src/promiscuity/policy/warnings.js";

/** Returns the warnings about a rule with one condition, without the file's name. */
function warningsOn(condition: string): string[] {
  const warnings: string[] = [];
  const onWarning: ParsePolicyOptions["onWarning"] = ({ file, line, column, message }) => {
    assert.equal(file, "p.yaml");
    warnings.push(`${line}:${column}: ${message}`);
  };
  parsePolicy(`version: 1\nrules:\n  - ${condition}\n    reason: r\n    approver: a\n`, "p.yaml", {
    onWarning,
  });
  return warnings;
}

const ID = "0123456789abcdef".repeat(4);

describe("warnings about a policy", () => {
  for (const [condition, message] of [
    [
      "interface: eth.*",
      '3:16: "interface" "eth.*" matches only names that contain a ".", because patterns are not regular expressions: write "eth*"',
    ],
    [
      "interface: ^mon",
      '3:16: "interface" "^mon" matches only names that contain a "^", because patterns are not regular expressions: write "mon"',
    ],
    [
      "interface: eth0|eth1|br0",
      '3:16: "interface" "eth0|eth1|br0" matches only names that contain a "|", because patterns are not regular expressions: write "{eth0,eth1,br0}"',
    ],
    [
      "interface: sixteen-bytes-is",
      '3:16: "interface" "sixteen-bytes-is" matches no interface: names have at most 15 bytes',
    ],
    [
      "interface: eth0/1",
      '3:16: "interface" "eth0/1" matches no interface: no interface\'s name contains "/"',
    ],
    [
      'interface: "{eth 0,eth 1}"',
      '3:16: "interface" "{eth 0,eth 1}" matches no interface: no interface\'s name contains " "',
    ],
    [
      "interface: eth0:1",
      '3:16: "interface" "eth0:1" matches no interface: no interface\'s name contains ":"',
    ],
    [
      "namespace: /run/netns/web",
      '3:16: "namespace" "/run/netns/web" matches no namespace: no name contains a "/"',
    ],
    [
      "namespace: net:[4026532201]",
      '3:16: "namespace" "net:[4026532201]" matches no namespace of this number: patterns are for names (ip netns list), or write own',
    ],
    [
      'executable: "*tcpdump"',
      '3:17: "executable" "*tcpdump" matches no path: no * or ? can be the "/" that a path begins with; for any directory, write "**/tcpdump"',
    ],
    [
      'executable: "*/tcpdump"',
      '3:17: "executable" "*/tcpdump" matches only /tcpdump, because a * can\'t be a "/"; for any directory, write "**/tcpdump"',
    ],
    [
      "executable: /usr/bin/",
      '3:17: "executable" "/usr/bin/" matches no path: no path of a program ends with a "/"',
    ],
    [
      "executable: /usr//bin/tcpdump",
      '3:17: "executable" "/usr//bin/tcpdump" matches no path: the kernel shows paths without "//"',
    ],
    [
      "user: nobody-of-this-name",
      '3:11: "user" "nobody-of-this-name" is no user of this machine now, so the rule matches nothing: getent passwd lists the users',
    ],
    [
      "unit: suricata",
      '3:11: "unit" "suricata" matches no unit: those that processes are in end with .service or .scope: write "suricata.service"',
    ],
    [
      'unit: "*.timer"',
      '3:11: "unit" "*.timer" matches no unit: those that processes are in end with .service or .scope',
    ],
    [
      "container: dokcer/*",
      '3:16: "container" "dokcer/*" matches no container: the runtimes are docker, containerd, cri-o, podman, lxc, nspawn, kubernetes',
    ],
    [
      "container: docker/web",
      '3:16: "container" "docker/web" matches no container: ids of docker have the characters 0-9 and a-f only; its names can\'t be seen',
    ],
    [
      "container: docker/0123456789ab",
      '3:16: "container" "docker/0123456789ab" matches no container: ids have 64 characters: write "docker/0123456789ab*", or the id alone',
    ],
  ] as const)
    it(`warns about ${condition}`, () => assert.deepEqual(warningsOn(condition), [message]));

  for (const condition of [
    "interface: eth0.*",
    "interface: br-lan.*",
    "interface: lan.100",
    'interface: "*"',
    "interface: eth[0-9]",
    "interface: fifteen-bytes-i",
    "interface: docker0",
    "interface: eth0/**",
    "namespace: own",
    "namespace: web*",
    'executable: "**/tcpdump"',
    "executable: /usr/**/tcpdump",
    'executable: "**"',
    'executable: "{/usr,/opt}/bin/x"',
    "user: root",
    "user: 4294967294",
    'user: "0"',
    "unit: ssh.service",
    "unit: ssh*",
    "unit: docker-*.scope",
    "container: docker/*",
    `container: docker/${ID}`,
    "container: lxc/web",
    'container: "*/web"',
    'container: "**"',
    "container: 0123456789ab",
  ])
    it(`doesn't warn about ${condition}`, () => assert.deepEqual(warningsOn(condition), []));

  it("shows at most the beginning of a long pattern", () => {
    const [warning = ""] = warningsOn(`interface: ${"x".repeat(10_000)}`);
    assert.ok(warning.length < 200, warning);
  });

  // Patterns and names have few different characters, so that many of the random patterns match.
  const pieces = [
    "a",
    "b",
    "/",
    ".",
    "*",
    "**",
    "?",
    "[ab]",
    "[^a]",
    "{a,b}",
    "{a/,**}",
    ",",
    " ",
    ":",
    "^",
    "$",
  ];
  const oddPieces = [
    "+",
    "(",
    ")",
    "|",
    "!",
    "@",
    "\\",
    '"',
    "é",
    "{",
    "}",
    "..",
    "./",
    "[",
    "]",
    ".service",
  ];
  const pattern = fc
    .array(fc.oneof(fc.constantFrom(...pieces), fc.constantFrom(...pieces, ...oddPieces)), {
      minLength: 1,
      maxLength: 18,
    })
    .map((parts) => parts.join(""));
  const text = (...units: string[]) =>
    fc.array(fc.constantFrom(...units), { minLength: 1, maxLength: 8 }).map((parts) => parts.join(""));
  const names = {
    interface: text("a", "b", ".", "^", "$", "*", "+", "ab", "é", "?", ",", "!").filter(
      (name) => Buffer.byteLength(name) <= 15 && name !== "." && name !== "..",
    ),
    namespace: text("a", "b", ".", " ", ":", "+", "*"),
    executable: text("a", "b", "a.b", "+", "^a").map(
      (path) => `/${[...path].join("/").replace(/\/\.\//g, ".")}`,
    ),
    unit: fc
      .tuple(text("a", "b", ".", "@", ":"), fc.constantFrom(".service", ".scope"))
      .map((parts) => parts.join("")),
    container: fc.oneof(
      fc.constantFrom(`docker/${"a".repeat(64)}`, `kubernetes/${"ab".repeat(32)}`),
      text("a", "b", ".", " ").map((name) => `lxc/${name}`),
    ),
  };

  for (const [key, name] of Object.entries(names) as [keyof typeof names, fc.Arbitrary<string>][])
    it(`says only of patterns that match no ${key} that they match none`, () => {
      let warned = 0;
      fc.assert(
        fc.property(pattern, fc.array(name, { minLength: 1, maxLength: 20 }), (glob, texts) => {
          let matches: (each: string) => boolean;
          try {
            matchesGlob(glob, "");
            matches = (each) => matchesGlob(glob, each);
          } catch {
            return;
          }
          const warning = patternWarning(key, glob);
          if (warning === undefined) return;
          warned++;
          const found = texts.filter(matches);
          if (warning.includes("matches no ")) assert.deepEqual(found, [], warning);
          const [, only] = /contain a "(.)"/.exec(warning) ?? [];
          if (only !== undefined)
            assert.ok(
              found.every((each) => each.includes(only)),
              warning,
            );
          const [, path] = /matches only (\/[^…]*), because a \* /.exec(warning) ?? [];
          if (path !== undefined)
            assert.ok(
              found.every((each) => matchesGlob(path, each)),
              warning,
            );
        }),
        { numRuns: 10_000 },
      );
      assert.ok(warned > 50, `only ${warned} patterns were warned about`);
    });
});
