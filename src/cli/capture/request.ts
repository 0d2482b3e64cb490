import { dirname } from "node:path";
import { parseFileSize } from "../../capture/file/file-size.js";
import type { RotationOptions } from "../../capture/file/rotation.js";
import { isCaptureInterface } from "../../capture/live/choose-interface.js";
import { captureDevices } from "../../capture/live/devices.js";
import type { CaptureOptions } from "../../capture/live/options.js";
import type { PrintOptions } from "../../capture/print/options.js";
import { PromiscError, usageError } from "../../errors.js";
import type { Account } from "../../linux/account/account.js";
import { findAccount } from "../../linux/account/find-account.js";
import { present } from "../../present.js";
import { linkTypeOfName } from "../../wire/file/linktype.js";
import { printable } from "../format/text.js";
import { numberOption } from "../option/number-option.js";
import { write } from "../output/write.js";
import type { OptionsOf } from "../program.js";
import { readSmallFile } from "./small-file.js";

/** The options have the names that tcpdump gives them. */
type Words = OptionsOf<"capture">;

/** The source of packets. */
export type Source =
  | { readonly kind: "live"; readonly interfaces: readonly string[] }
  | { readonly kind: "file"; readonly paths: readonly [string, ...string[]] };

/** The form in which packets are printed. */
export type Output = "lines" | "json" | "classes" | "count" | "none";

/** What can be listed instead of capturing, by tcpdump's options -D, -L and -J. */
export type CaptureList = "interfaces" | "link-types" | "time-stamp-types";

/** What `promisc capture` is asked to do, read from its command line. */
export interface CaptureRequest {
  readonly source: Source;
  /** A tcpdump expression. Empty for all packets. */
  readonly filter: string;
  /** Whether libpcap optimizes the compiled expression. */
  readonly optimize: boolean;
  readonly live: Pick<
    CaptureOptions,
    "snapLength" | "promiscuous" | "bufferSize" | "direction" | "immediate" | "linkType"
  >;
  /** What to list instead of capturing. */
  readonly listing?: CaptureList;
  readonly output: Output;
  /** Whether the output is JSON. */
  readonly json: boolean;
  readonly print: PrintOptions;
  /** The file that packets are written to, or "-" for standard output. */
  readonly file?: string;
  readonly rotation: RotationOptions;
  /** Stops after this many packets. */
  readonly count: number;
  /** Leaves out this many packets at the beginning. */
  readonly skip: number;
  readonly user?: Account;
}

/** Returns the directory of further files if the capture is split into several. */
export function splitDirectory({ file, rotation }: CaptureRequest): string | undefined {
  const isSplit = rotation.size !== undefined || rotation.seconds !== undefined;
  return file !== undefined && isSplit ? dirname(file) : undefined;
}

/** The unit of `-B`, as in tcpdump(1). */
const KIBIBYTE = 2 ** 10;

/**
 * Reads the command line.
 * @param onComplete is called with each file of a split capture that is complete, if -z is given
 * @throws PromiscError `usage` if it makes no sense
 */
export function readRequest(
  words: readonly string[],
  options: Words,
  onComplete: (path: string) => void,
): CaptureRequest {
  const { interfaces, filter } = splitWords(words, options);
  const { writeFile, user } = options;
  const paths = readPaths(options);
  if (paths) refuseForFile(options);
  if (paths && interfaces.length > 0)
    throw usageError("capture", "-r reads a file, and an interface is named too", "leave one of them out");
  return {
    source: paths ? { kind: "file", paths } : { kind: "live", interfaces },
    ...present({ listing: readListing(options) }),
    filter: options.filterFile === undefined ? filter : readFilterFile(options.filterFile, filter),
    optimize: options.optimize,
    live: readLive(options),
    output: readOutput(options, paths !== undefined),
    json: options.json ?? false,
    print: readPrint(options),
    ...present({ file: writeFile }),
    rotation: readRotation(options, onComplete),
    count: options.packets === undefined ? Number.POSITIVE_INFINITY : positive("-c", options.packets),
    skip:
      options.skip === undefined
        ? 0
        : numberOption("capture", "--skip", options.skip, { least: 0, most: MOST_PACKETS }),
    ...(user === undefined ? {} : { user: readUser(user) }),
  };
}

/** Returns the files to read, or undefined if none is named. */
function readPaths({ readFile, readList }: Words): readonly [string, ...string[]] | undefined {
  if (readList === undefined) return readFile === undefined ? undefined : [readFile];
  if (readFile !== undefined)
    throw usageError("capture", "-r and -V both name files to read", "leave one of them out");
  const [first, ...others] = readSmallFile(readList, "a list of files")
    .split("\n")
    .filter((line) => line !== "");
  if (first !== undefined) return [first, ...others];
  throw usageError("capture", `${readList} lists no files`, "write the name of a capture file on each line");
}

/**
 * Reads the expression from a file, without its comments, as tcpdump does.
 * @param ignored the expression on the command line
 */
function readFilterFile(path: string, ignored: string): string {
  const text = readSmallFile(path, "an expression").replace(/#.*/g, "");
  if (ignored !== "")
    write(2, `promisc: ignored: ${printable(ignored)} (-F reads the expression from ${printable(path)})\n`);
  return text.trim();
}

/** Rejects options that only apply to interfaces. */
function refuseForFile({ classes, direction }: Words): void {
  if (classes)
    throw usageError(
      "capture",
      "--classes counts what comes by interfaces, and -r reads a file",
      "leave one of them out",
    );
  if (direction !== undefined && readDirection(direction) !== "inout")
    throw usageError(
      "capture",
      `-Q ${direction} chooses what is captured, and -r reads a file`,
      "leave one of them out",
    );
}

/**
 * Splits the words: the first ones are interfaces as long as such interfaces exist, and the rest is the expression.
 * With `-i`, all of them are the expression.
 */
function splitWords(
  words: readonly string[],
  { interface: named, readFile, readList }: Words,
): { interfaces: readonly string[]; filter: string } {
  if (named || readFile !== undefined || readList !== undefined)
    return { interfaces: named?.map(nameOfNumber) ?? [], filter: words.join(" ") };
  const end = words.findIndex((word) => !isCaptureInterface(word));
  const count = end < 0 ? words.length : end;
  return { interfaces: words.slice(0, count), filter: words.slice(count).join(" ") };
}

/** Returns the name of an interface that is given by its number in the list of -D. A name that exists is left alone. */
function nameOfNumber(word: string): string {
  if (!/^\d+$/.test(word) || isCaptureInterface(word)) return word;
  const devices = captureDevices();
  const name = devices[Number(word) - 1]?.name;
  if (name !== undefined) return name;
  throw new PromiscError({
    code: "no-interface",
    operation: `capture on ${word}`,
    reason: `there is no interface of this name, and no number ${word} in a list of ${devices.length}`,
    hint: "promisc capture -D lists the interfaces with their numbers",
  });
}

function readLive(options: Words): CaptureRequest["live"] {
  const { snapshotLength, bufferSize, direction, immediateMode, promiscuousMode, linktype } = options;
  readTimeStampType(options);
  return {
    promiscuous: promiscuousMode,
    immediate: immediateMode ?? false,
    ...(snapshotLength === undefined
      ? {}
      : { snapLength: numberOption("capture", "-s", snapshotLength, { least: 0, most: 2 ** 31 - 1 }) }),
    ...(bufferSize === undefined ? {} : { bufferSize: readBufferSize(bufferSize) }),
    ...(direction === undefined ? {} : { direction: readDirection(direction) }),
    ...(linktype === undefined ? {} : { linkType: readLinkType(linktype) }),
  };
}

function readListing({
  listInterfaces,
  listDataLinkTypes,
  listTimeStampTypes,
  readFile,
  readList,
}: Words): CaptureList | undefined {
  if (listInterfaces) return "interfaces";
  // tcpdump ignores the others with a file.
  if (readFile !== undefined || readList !== undefined) return undefined;
  if (listTimeStampTypes) return "time-stamp-types";
  return listDataLinkTypes ? "link-types" : undefined;
}

function readLinkType(name: string): number {
  const linkType = linkTypeOfName(name);
  if (linkType !== undefined) return linkType;
  throw usageError(
    "capture",
    `there is no link type ${name}`,
    "promisc capture -L lists those that an interface offers",
  );
}

/** libpcap's names of the times that packets can get (pcap-tstamp(7)). */
const timeStampTypes = [
  "host",
  "host_lowprec",
  "host_hiprec",
  "adapter",
  "adapter_unsynced",
  "host_hiprec_unsynced",
];

/** Warns, as tcpdump does, if packets won't have the times that are asked for. */
function readTimeStampType({ timeStampType: type, readFile, readList }: Words): void {
  if (type === undefined) return;
  if (!timeStampTypes.includes(type.toLowerCase()))
    throw usageError("capture", `there is no time stamp type ${type}`, "promisc capture -J lists them");
  const isLive = readFile === undefined && readList === undefined;
  if (isLive && type.toLowerCase() !== "host")
    write(2, `promisc: time stamp type ${type} isn't supported: packets get the host's times\n`);
}

function readBufferSize(text: string): number {
  return numberOption("capture", "-B", text, { least: 256, most: 4096 * KIBIBYTE }) * KIBIBYTE;
}

function readDirection(text: string): "in" | "out" | "inout" {
  if (text === "in" || text === "out" || text === "inout") return text;
  throw usageError("capture", `there is no direction ${text}`, "directions: in, out, inout");
}

function readOutput({ json, classes, count, writeFile, print }: Words, isFile: boolean): Output {
  const printed = json ? "--json" : classes ? "--classes" : print ? "--print" : count ? "--count" : undefined;
  if (printed && writeFile === "-")
    throw usageError(
      "capture",
      `${printed} and -w - both want standard output`,
      "write to a file, or leave one of them out",
    );
  if (count && print)
    throw usageError("capture", "--count prints no packets, and --print does", "leave one of them out");
  if (classes) return "classes";
  // The summary on standard error has the count of a capture, and tcpdump prints it nowhere else.
  if (count) return isFile || json ? "count" : "none";
  if (json) return "json";
  return writeFile === undefined || print ? "lines" : "none";
}

const times = ["local", "none", "epoch", "delta", "date", "elapsed"] as const;

function readPrint(options: Words): PrintOptions {
  const { t, v, q, e, absoluteTcpSequenceNumbers, printSampling } = options;
  const time = times[t];
  if (time === undefined)
    throw usageError("capture", "-t is given more than five times", "tcpdump(1) describes -t to -ttttt");
  const sampling = printSampling === undefined ? 1 : positive("--print-sampling", printSampling);
  return {
    verbose: Math.min(v, 3),
    quiet: q ?? false,
    link: e ?? false,
    // Numbers relative to a packet that isn't printed would be of no use.
    absoluteSequence: absoluteTcpSequenceNumbers ?? sampling > 1,
    time,
    fraction: readFraction(options),
    dump: readDump(options),
    verifyChecksums: !options.dontVerifyChecksums,
    number: options.number ?? false,
    lengths: options.lengths ?? false,
    ipOneLine: options.ipOneline ?? false,
    sampling,
  };
}

function readFraction({ nano, timeStampPrecision: precision }: Words): PrintOptions["fraction"] {
  if (precision !== undefined && precision !== "micro" && precision !== "nano")
    throw usageError("capture", `there is no time stamp precision ${precision}`, "precisions: micro, nano");
  return nano ? 9 : 6;
}

function readDump({ x, X, A }: Words): PrintOptions["dump"] {
  if (X > 0) return X > 1 ? "ascii-link" : "ascii";
  if (x > 0) return x > 1 ? "hex-link" : "hex";
  if (A > 0) return A > 1 ? "text-link" : "text";
  return "none";
}

function readRotation({ C, G, W, z, writeFile }: Words, onComplete: (path: string) => void): RotationOptions {
  const isAsked = C !== undefined || G !== undefined || W !== undefined;
  if (isAsked && (writeFile === undefined || writeFile === "-"))
    throw usageError("capture", "-C, -G and -W split a file", "name it: -w FILE");
  if (W !== undefined && C === undefined && G === undefined)
    throw usageError("capture", "-W counts the files that -C or -G make", "give one of them too");
  if (z !== undefined && C === undefined && G === undefined)
    write(2, "promisc: -z has no effect: only -C and -G finish files before the capture ends\n");
  return {
    ...(z === undefined ? {} : { onComplete }),
    ...(C === undefined ? {} : { size: parseFileSize(C) }),
    ...(G === undefined ? {} : { seconds: positive("-G", G) }),
    ...(W === undefined ? {} : { files: positive("-W", W) }),
  };
}

function readUser(name: string): Account {
  const account = findAccount(name);
  if (account) return account;
  throw usageError("capture", `there is no user ${name}`, "getent passwd lists the users");
}

/** The largest number of packets that tcpdump accepts. */
const MOST_PACKETS = 2 ** 31 - 1;

/** Reads a number above 0, up to the largest that tcpdump accepts. */
function positive(option: string, text: string): number {
  return numberOption("capture", option, text, { least: 1, most: MOST_PACKETS });
}
