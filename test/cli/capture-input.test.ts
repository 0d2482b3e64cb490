import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { readAll } from "../support/capture/capture-files.js";
import { pcapOf, variousFrames } from "../support/capture/frames.js";
import { spawnSync } from "../support/process/child-process.js";
import { lacking } from "../support/process/peer.js";
import { promisc } from "../support/process/program.js";

const folder = mkdtempSync(join(tmpdir(), "promisc-"));
after(() => rmSync(folder, { recursive: true }));
// As root, both programs become another user after they have opened the first file.
chmodSync(folder, 0o755);

const write = (name: string, content: string | Uint8Array): void =>
  writeFileSync(join(folder, name), content);

const portOf = (frame: Uint8Array): number => (frame[36] as number) * 256 + (frame[37] as number);
// Whole packets of ARP, DNS and TCP over IPv4, which tcpdump prints in the same way.
const whole = variousFrames().filter((frame) => {
  if (frame[12] !== 8) return false;
  if (frame[13] === 6) return frame.length === 42;
  return frame[13] === 0 && frame.length >= 60 && [53, 50000].includes(portOf(frame));
});
write("whole.pcap", pcapOf(whole));
write("two.pcap", pcapOf(whole.slice(0, 2)));
write("cut.pcap", pcapOf(whole).subarray(0, -1));

interface Said {
  readonly stdout: string;
  readonly failed: boolean;
  /** The lines of standard error about files that are read. */
  readonly reading: readonly string[];
}

function said(run: { status: number | null; stdout: string; stderr: string }): Said {
  const reading = run.stderr.split("\n").filter((line) => line.startsWith("reading from"));
  return { stdout: run.stdout, failed: run.status !== 0, reading };
}

function capture(...args: string[]): ReturnType<typeof promisc> {
  return promisc(["capture", ...args], { cwd: folder });
}

/** Asserts that both programs print the same, and both succeed or both fail. */
function same(args: readonly string[], input = ""): void {
  const options = { cwd: folder, encoding: "utf8", input } as const;
  const peer = spawnSync("tcpdump", ["-nt", ...args], options);
  const own = promisc(["capture", "-nt", ...args], options);
  assert.deepEqual(said(own), said(peer), args.join(" "));
}

describe("promisc capture of files, compared with tcpdump", { skip: lacking("tcpdump") }, () => {
  it("prints the line about each file", () => {
    same(["-r", "whole.pcap", "-c", "1"]);
    same(["-r", "whole.pcap", "-c", "1", "-w", "/dev/null"]);
    same(["-r", "cut.pcap", "-w", "/dev/null"]);
  });

  it("counts packets instead of printing them", () => {
    for (const args of [["-c", "3"], ["arp"], [], ["-w", "/dev/null"], ["-v"]])
      same(["-r", "whole.pcap", "--count", ...args]);
    same(["-r", "two.pcap", "--count", "-c", "1"]);
    same(["-r", "cut.pcap", "--count"]);
  });

  it("reads a list of files, and takes -c packets of each", () => {
    write("list", "two.pcap\nwhole.pcap\n");
    same(["-V", "list"]);
    same(["-V", "list", "-c", "1"]);
    same(["-V", "list", "arp"]);
    same(["-V", "list", "--count"]);
    same(["-V", "-", "--count"], "two.pcap\ntwo.pcap");
    write("damaged", "cut.pcap\ntwo.pcap\n");
    assert.equal(capture("-V", "damaged", "--count").stdout, `${whole.length + 1} packets\n`);
    for (const file of ["list", "nowhere"]) same(["-V", file, "-r", "two.pcap"]);
    same(["-V", "nowhere"]);
    write("empty", "");
    same(["-V", "empty"]);
  });

  it("reads the expression from a file, without its comments", () => {
    write("filter", "arp # or\nor udp\n");
    same(["-r", "whole.pcap", "-F", "filter"]);
    same(["-r", "whole.pcap", "-F", "filter", "tcp"]);
    same(["-r", "whole.pcap", "-F", "/dev/null", "tcp"]);
    same(["-d", "-F", "filter"]);
    write("wrong", "arp or\nfoo bar baz");
    same(["-d", "-F", "wrong"]);
    same(["-d", "-F", "nowhere"]);
  });

  it("accepts tcpdump's long names", () => {
    same([
      "-r",
      "whole.pcap",
      "--absolute-tcp-sequence-numbers",
      "--packet-buffered",
      "--snapshot-length=60",
    ]);
    same(["-r", "whole.pcap", "--no-promiscuous-mode", "--buffer-size=4096", "--immediate-mode", "--print"]);
    same(["-r", "whole.pcap", "--relinquish-privileges=root", "--interface=lo"].slice(0, 3));
  });
});

describe("promisc capture of files", () => {
  it("leaves out packets at the beginning, and counts -c after them", () => {
    const lines = capture("-nt", "-r", "whole.pcap").stdout.split("\n");
    const printed = capture("-nt", "-r", "whole.pcap", "--skip", "1", "-c", "2").stdout.split("\n");
    assert.deepEqual(printed.slice(0, -1), lines.slice(1, 3));
    assert.equal(
      capture("-r", "whole.pcap", "--skip", "3", "--count").stdout,
      `${whole.length - 3} packets\n`,
    );
    assert.equal(capture("-r", "whole.pcap", "--skip", "99", "--count").stdout, "0 packets\n");
    assert.equal(capture("-r", "two.pcap", "--skip", "0", "--count").stdout, "2 packets\n");
    write("list", "two.pcap\ntwo.pcap\n");
    assert.equal(capture("-V", "list", "--skip", "1", "--count").stdout, "3 packets\n");
  });

  it("prints the count as JSON", () => {
    const { stdout } = capture("-r", "two.pcap", "--count", "--json");
    assert.deepEqual(JSON.parse(stdout), { schema: 1, packets: 2 });
  });

  it("writes the packets of all listed files to one file, of the same link type only", async () => {
    write("list", "two.pcap\ntwo.pcap\n");
    assert.equal(capture("-V", "list", "-w", "both.pcap").status, 0);
    assert.equal((await readAll(join(folder, "both.pcap"))).packets.length, 4);
    const raw = pcapOf(whole.slice(0, 1), { linkType: 101 });
    write("raw.pcap", raw);
    write("list", "two.pcap\nraw.pcap\n");
    const { status, stderr } = capture("-V", "list", "-w", "mixed.pcap");
    assert.equal(status, 2);
    assert.match(
      stderr,
      /^promisc: cannot write mixed.pcap: pcap holds one link type, and there are EN10MB and RAW\n/m,
    );
    assert.equal(
      capture("-V", "list", "-w", "two.pcap").stderr.split("\n")[0],
      "promisc: cannot write two.pcap: it is the file that is read",
    );
  });

  it("says which words -F makes useless", () => {
    write("filter", "arp");
    const { stderr } = capture("-r", "two.pcap", "-F", "filter", "udp", "\x1b[2J");
    assert.match(stderr, /^promisc: ignored: udp \\x1b\[2J \(-F reads the expression from filter\)\n/);
  });

  it("reads no more than a megabyte of an expression or a list", () => {
    for (const [option, what] of [
      ["-F", "an expression"],
      ["-V", "a list of files"],
    ] as const) {
      const { status, stderr } = capture(option, "/dev/zero");
      assert.equal(
        stderr,
        `promisc: cannot read ${what} from /dev/zero: it has more than 1048576 bytes\nname a file with ${what}\n`,
      );
      assert.equal(status, 2);
      assert.equal(
        capture(option, "nowhere").stderr,
        `promisc: cannot read ${what} from nowhere: no such file or directory (ENOENT)\nname a file with ${what}\n`,
      );
    }
  });

  it("refuses --count with --print, and with -w -", () => {
    assert.equal(capture("--count", "--print", "-r", "two.pcap").status, 2);
    assert.equal(capture("--count", "-w", "-", "-r", "two.pcap").status, 2);
  });

  it("prints its version with --version, as -V is tcpdump's", () => {
    assert.equal(capture("--version").stdout, promisc(["-V"]).stdout);
    assert.equal(capture("-V").status, 2);
  });
});
