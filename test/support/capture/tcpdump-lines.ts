// What promisc's lines are compared with: the captures, the options, and the lines that tcpdump printed.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { spawnSync } from "../process/child-process.js";
import { promisc } from "../process/program.js";

/**
 * The captures that make.py and make-cooked.py make, and the lines that tcpdump printed for them. This file is in
 * build/test/support/capture when it runs.
 */
const captures = fileURLToPath(new URL("../../../../test/support/capture/captures/", import.meta.url));

const names = ["transport", "applications", "spanning-tree", "cooked", "cooked-v1"] as const;
export type Capture = (typeof names)[number];

/** One printing of one capture. */
export interface Printing {
  readonly capture: Capture;
  /** The options besides `-n` and `-r`. */
  readonly options: string;
  /** The bytes of each packet that are kept, as by a capture with `-s`, or undefined for all. */
  readonly cut?: number;
  /** Whether tcpdump's lines are kept in the repository. Others would be large, and wouldn't test anything else. */
  readonly isKept: boolean;
}

const time = ["-t", "-tt", "-ttt", "-tttt", "-ttttt", "--nano"];
const dump = ["-x", "-xx", "-X", "-XX", "-A", "-AA"];
const protocol = ["-q", "-S", "-e", "-v", "-Kv", "-vv"];

export const printings: readonly Printing[] = names.flatMap((capture) => [
  ...["", ...protocol, ...dump, ...time, "-#"].map((options) => ({
    capture,
    options,
    // The time and the bytes are printed alike for all packets, and the capture "transport" has 600 of them.
    isKept: [
      "",
      ...protocol,
      ...(capture === "transport" ? [] : ["-X", "-xx", "-A", ...time, "-#"]),
    ].includes(options),
  })),
  ...(capture !== "transport" && capture !== "applications" ? [] : [15, 20, 34, 46, 53]).map((cut) => ({
    capture,
    options: "",
    cut,
    isKept: true,
  })),
]);

/** Returns the name of a printing in tests and in the kept files. */
export function nameOf({ capture, options, cut }: Printing): string {
  return [capture, options, cut === undefined ? "" : `of ${cut} bytes`].filter(Boolean).join(" ");
}

/** A time zone with daylight saving time and an offset that isn't a whole hour. */
const env = { ...process.env, TZ: "Australia/Lord_Howe" };

/** The output for each packet: one line, and the indented lines after it. */
export type Lines = readonly string[];

export function linesOfPromisc(printing: Printing): Lines {
  return withCapture(printing, (file) => {
    const { status, stdout, stderr } = promisc(argsOf("capture", printing, file).filter(Boolean), { env });
    if (status !== 0) throw new Error(`promisc ended with ${status}: ${stderr}`);
    return packetsIn(stdout, printing.options);
  });
}

export function linesOfTcpdump(printing: Printing): Lines {
  return withCapture(printing, (file) => {
    const args = argsOf("", printing, file).filter(Boolean);
    const { status, stdout, stderr } = spawnSync("tcpdump", args, { encoding: "utf8", env });
    if (status !== 0) throw new Error(`tcpdump ended with ${status}: ${stderr}`);
    return packetsIn(stdout, printing.options);
  });
}

/** Returns the version in the output of `tcpdump --version`, such as "4.99.3". */
export function tcpdumpVersion(): string {
  const { stdout } = spawnSync("tcpdump", ["--version"], { encoding: "utf8" });
  return /^tcpdump version (\S+)$/m.exec(stdout)?.[1] ?? "unknown";
}

function argsOf(command: string, { options }: Printing, file: string): string[] {
  return [command, "-n", "-r", file, options];
}

/** What follows the line feed before a packet: no indentation. With `-ttt`, its first line may begin with one blank. */
const LINE_OF_PACKET = /\n(?!\t| {2})/;
/** The same with `-A`, whose text may begin with anything, and with `-#`: the number, and the time or a mark. */
const TIME_OF_PACKET = /\n(?=(?: *\d+ {2})?\d\d:\d\d:\d\d\.|#[1^] )/;

/**
 * Splits output into packets.
 * @throws if the output doesn't end with a line feed, or doesn't begin with a packet
 */
function packetsIn(output: string, options: string): Lines {
  const separator = /A|#/.test(options) ? TIME_OF_PACKET : LINE_OF_PACKET;
  if (!output.endsWith("\n") || !new RegExp(`^${separator.source}`).test(`\n${output}`))
    throw new Error(`not lines of packets: ${output.slice(0, 200)}`);
  return output.slice(0, -1).split(separator);
}

function withCapture<Result>({ capture, cut }: Printing, use: (file: string) => Result): Result {
  const whole = join(captures, `${capture}.pcap`);
  if (cut === undefined) return use(whole);
  const folder = mkdtempSync(join(tmpdir(), "promisc-lines-"));
  try {
    const file = join(folder, "cut.pcap");
    writeFileSync(file, cutTo(cut, readFileSync(whole)));
    return use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Truncates the packets of a capture file (https://www.tcpdump.org/manpages/pcap-savefile.5.txt). */
function cutTo(snapLength: number, bytes: Buffer): Buffer {
  const out = [bytes.subarray(0, 24)];
  for (let at = 24; at < bytes.length; ) {
    const length = bytes.readUInt32LE(at + 8);
    const header = Buffer.from(bytes.subarray(at, at + 16));
    header.writeUInt32LE(Math.min(length, snapLength), 8);
    out.push(header, bytes.subarray(at + 16, at + 16 + Math.min(length, snapLength)));
    at += 16 + length;
  }
  return Buffer.concat(out);
}

// There is one text file per capture. In it, the lines of each printing follow a line "#> NAME". tcpdump prints no line
// that begins with "#". To keep the files short, "#1 N" stands for N packets with the same lines as in the first
// printing, and "#^ N" for N packets with the same lines as in the previous one.

const VERSION = /^# tcpdump (\S+), /;

/** The kept lines, and the version of the tcpdump that printed them. */
export interface Kept {
  readonly version: string;
  /** The lines by the name of the printing. */
  readonly lines: ReadonlyMap<string, Lines>;
}

export function readKept(): Kept {
  const lines = new Map<string, Lines>();
  const versions = new Set<string>();
  for (const capture of names) {
    const [first = "", ...sections] = readFileSync(join(captures, `${capture}.tcpdump.txt`), "utf8").split(
      "#> ",
    );
    versions.add(VERSION.exec(first)?.[1] ?? "unknown");
    let whole: Lines | undefined;
    let before: Lines = [];
    for (const section of sections) {
      const end = section.indexOf("\n");
      const found: string[] = [];
      for (const each of packetsIn(section.slice(end + 1), section.slice(0, end))) {
        const same = /^#([1^]) (\d+)$/.exec(each);
        const like = same?.[1] === "1" ? (whole ?? []) : before;
        if (same) found.push(...like.slice(found.length, found.length + Number(same[2])));
        else found.push(each);
      }
      lines.set(section.slice(0, end), found);
      whole ??= found;
      before = found;
    }
  }
  const [version = "unknown", ...others] = versions;
  if (others.length > 0) throw new Error(`the lines kept are of several versions: ${[...versions]}`);
  return { version, lines };
}

/** Prints everything that is kept with the installed tcpdump, and writes it to the files. */
export function keep(): void {
  for (const capture of names) {
    const kept = printings.filter((printing) => printing.capture === capture && printing.isKept);
    const all = kept.map((printing) => linesOfTcpdump(printing));
    const text = kept.flatMap((printing, at) => [
      `#> ${nameOf(printing)}`,
      ...shortened(all[at] ?? [], at === 0 ? [] : (all[0] ?? []), all[at - 1] ?? []),
    ]);
    const title = `# tcpdump ${tcpdumpVersion()}, by scripts/keep-tcpdump-lines.mjs: what it prints of ${capture}.pcap.`;
    writeFileSync(join(captures, `${capture}.tcpdump.txt`), `${[title, ...text].join("\n")}\n`);
  }
}

function shortened(lines: Lines, first: Lines, before: Lines): string[] {
  const short: string[] = [];
  let mark = "";
  let same = 0;
  for (const [at, each] of lines.entries()) {
    const like = each === first[at] ? "#1" : each === before[at] ? "#^" : "";
    if (same > 0 && like !== mark) {
      short.push(`${mark} ${same}`);
      same = 0;
    }
    mark = like;
    if (like === "") short.push(each);
    else same++;
  }
  return same > 0 ? [...short, `${mark} ${same}`] : short;
}
