import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ip, isolate, noNamespaces } from "../support/network/namespace.js";
import { execFileSync } from "../support/process/child-process.js";
import { HoldingProcess } from "../support/process/holding-processes.js";
import { lacking } from "../support/process/peer.js";
import { program, promisc } from "../support/process/program.js";
import { assertWrapped, Terminal } from "../support/process/terminal.js";

isolate();

const widths = [40, 60, 80, 130];

/** Words of different lengths, with East Asian wide characters, combining characters, and no ASCII in some of them. */
const words = "日本語の名前 パケットを受け取る e\u0301te\u0301 Ünïcödé supercalifragilistic 한국어 の"
  .repeat(4)
  .split(" ");

/** The kernel's clocks differ by some hundredths of a second from call to call. */
function withoutFractions(text: string): string {
  return text.replace(/(:\d\d)\.\d+Z/g, "$1Z");
}

describe("text on a terminal", { skip: noNamespaces || lacking("ip", "ping", "tmux", "python3") }, () => {
  ip("link add wrap0 type veth peer name wrap1");
  ip("link set wrap0 up");
  ip("link set wrap1 up");

  const holding = (): Promise<HoldingProcess> =>
    HoldingProcess.start(
      "python3",
      [
        "-c",
        "import socket, struct, time\ns = socket.socket(17, 3, 0)\n" +
          's.setsockopt(263, 1, struct.pack("iHH8s", socket.if_nametoindex("wrap0"), 1, 0, b""))\n' +
          'print("ready", flush=True)\ntime.sleep(60)',
        ...words,
      ],
      "ready",
    );

  /** What is run on the terminal, with promisc as `$1`. */
  const commands = [
    '"$1" who --netns own',
    '"$1" show wrap0',
    '"$1" check --netns own',
    `"$1" show 'no such interface, ${words.slice(0, 6).join(" ")}'`,
    '"$1" off wrap0',
  ].join("; ");

  for (const { columns, environment } of [
    ...widths.map((columns) => ({ columns, environment: [] })),
    { columns: 80, environment: ["TERM=dumb"] },
  ])
    it(`is wrapped at blanks, at ${columns} columns${environment.map((each) => ` with ${each}`)}`, async () => {
      await using _holder = await holding();
      // Both streams in the order in which they are written.
      const { stdout: text } = promisc([], { wrapper: ["sh", "-c", `{ ${commands}; } 2>&1`, "sh"] });
      using terminal = new Terminal([], { columns, environment, wrapper: ["sh", "-c", commands, "sh"] });
      await terminal.end();
      terminal.assertNothingDivided();
      assertWrapped(terminal.lines().map(withoutFractions), withoutFractions(text), columns > 40);
    });

  it("is wrapped at the width that the terminal has at that moment", async () => {
    using terminal = new Terminal(["watch", "wrap0"], { columns: 130 });
    await terminal.shows("network namespace");
    ip("link set wrap0 promisc on");
    await terminal.shows("count 0 -> 1");
    terminal.resize(60);
    ip("link set wrap0 promisc off");
    await terminal.shows("count 1 -> 0");
    terminal.press("C-c");
    assert.equal(await terminal.end(), 0);
    const since = (lines: string[]): string[] =>
      lines.slice(lines.findIndex((line) => line.includes("count 1 -> 0")));
    assert.deepEqual(since(terminal.lines()), since(terminal.printedLines()));
    assert.ok(since(terminal.lines()).length > 2);
  });

  it("is not wrapped as JSON, or as the lines of packets", async () => {
    const args = ["show", "wrap0", "--json"];
    using terminal = new Terminal(args, { columns: 60 });
    await terminal.end();
    assert.deepEqual(terminal.printedLines().join("\n"), promisc(args).stdout.trimEnd());
  });

  /** Sends broadcast frames to wrap0. */
  const send = (count: number): void => {
    const frame = 'b"\\xff" * 6 + b"\\2" * 6 + b"\\x88\\xb5" + b"." * 50';
    const python = `import socket\ns = socket.socket(17, 3, 0)\ns.bind(("wrap1", 0))\nfor _ in range(${count}): s.send(${frame})`;
    execFileSync("python3", ["-c", python]);
  };

  it("shows one table of classes that is redrawn, in a terminal that becomes narrower too", async () => {
    for (const columns of [60, 80, 130]) {
      using terminal = new Terminal(["capture", "--classes", "-p", "-i", "wrap0"], { columns });
      await terminal.shows("INTERFACE");
      send(5);
      await terminal.shows("wrap0 0 5");
      if (columns === 130) terminal.resize(60);
      send(3);
      await terminal.shows("wrap0 0 8");
      terminal.press("C-c");
      assert.equal(await terminal.end(), 0);
      const lines = terminal.lines();
      const table = lines.findIndex((line) => line.startsWith("INTERFACE"));
      assert.deepEqual(lines.slice(table), lines.slice(-2), lines.join("\n"));
      assert.match(lines.at(-1) ?? "", /^wrap0 +0 +8 /);
      if (columns < 130) terminal.assertNothingDivided();
    }
  });

  it("shows plain lines of classes on a terminal that can't move its cursor", async () => {
    const environment = ["TERM=dumb"];
    using terminal = new Terminal(["capture", "--classes", "-p", "-i", "wrap0"], {
      columns: 80,
      environment,
    });
    await terminal.shows("listening on wrap0");
    send(5);
    terminal.press("C-c");
    assert.equal(await terminal.end(), 0);
    const lines = terminal.lines();
    assert.equal(lines.filter((line) => line.includes("INTERFACE")).length, 1);
    assert.match(lines.at(-1) ?? "", /^wrap0 +0 +5 /);
    terminal.assertNothingDivided();
  });

  it("keeps the columns of tables apart on narrow terminals", async () => {
    using table = new Terminal([], { columns: 60 });
    await table.end();
    const lines = table.lines();
    assert.match(lines[0] ?? "", /^INTERFACE +STATE +PROMISC +FLAG +COUNT +ALLMULTI$/);
    const at = lines.findIndex((line) => line.startsWith("wrap0 "));
    assert.match(lines[at + 1] ?? "", /^ {2}addresses fe80::\S+\/64$/);
    table.assertNothingDivided();

    using doctor = new Terminal(["doctor"], { columns: 60 });
    await doctor.end();
    const facilities = doctor.lines();
    const column = facilities.find((line) => line.startsWith("FACILITY"))?.indexOf("EVIDENCE") ?? 0;
    assert.ok(column > 0);
    const rows = facilities.slice(facilities.findIndex((line) => line.startsWith("FACILITY")) + 1);
    for (const line of rows)
      if (!line.startsWith(" ".repeat(4)) || line.startsWith(" ".repeat(9)))
        assert.match(line.slice(column - 2), /^ {2}\S/, rows.join("\n"));
    doctor.assertNothingDivided();
  });

  it("begins a new line after Ctrl-C", async () => {
    const followed: readonly (readonly [string[], string, RegExp])[] = [
      [["hold", "wrap0"], "Ctrl-C lets go", /^wrap0: let go: count /],
      [["capture", "-p", "-i", "wrap0"], "listening on wrap0", /^0 packets captured: /],
      [["watch"], "watching", /^$/],
    ];
    for (const [args, ready, next] of followed) {
      using terminal = new Terminal(args, { columns: 80 });
      await terminal.shows(ready);
      terminal.press("C-c");
      await terminal.end();
      const lines = terminal.lines();
      const at = lines.indexOf("^C");
      assert.notEqual(at, -1, lines.join("\n"));
      assert.match(lines[at + 1] ?? "", next);
    }
  });

  it("says in a shell of the lab how to reach other hosts and how to leave", async () => {
    using terminal = new Terminal(["lab", "shell"], { columns: 80, environment: ["SHELL=/bin/sh"] });
    await terminal.shows("To leave: exit, or Ctrl-D.");
    const [command = ""] =
      /promisc lab exec host2 -- ping -c 1 10\.77\.0\.1/.exec(terminal.lines().join("\n")) ?? [];
    terminal.type(command);
    await terminal.shows("1 packets transmitted, 1 received");
    terminal.press("C-d");
    await terminal.end();
    terminal.assertNothingDivided();
  });

  it("shows how long a scan will take, and prints after Ctrl-C what is known so far", async () => {
    const args = ["lab", "exec", "1", "--", program, "scan", "--rate", "20"];
    using terminal = new Terminal(args, { columns: 60 });
    await terminal.shows(" of 253 targets, about ");
    terminal.press("C-c");
    assert.equal(await terminal.end(), 130);
    const lines = terminal.lines();
    assert.equal(
      lines.some((line) => line.includes("asked")),
      false,
      lines.join("\n"),
    );
    assert.match(lines.at(-1) ?? "", /^stopped: this is what was known by then$/);
    terminal.assertNothingDivided();
  });

  it("is as wide as the terminal in the help", async () => {
    for (const columns of widths) {
      using terminal = new Terminal(["capture", "--help"], { columns, rows: 200 });
      assert.equal(await terminal.end(), 0);
      terminal.assertNothingDivided();
      const longest = Math.max(...terminal.lines().map((line) => line.length));
      assert.ok(longest > columns - 12 && longest <= columns, `${longest} of ${columns}`);
    }
    assert.ok(
      promisc(["capture", "--help"])
        .stdout.split("\n")
        .every((line) => line.length <= 80),
    );
  });
});
