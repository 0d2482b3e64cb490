import * as option from "../../../wire/packet/transport/tcp-option.js";
import { type Context, has, printTruncated } from "../context.js";

const names: Readonly<Record<number, string>> = {
  [option.END]: "eol",
  [option.NO_OPERATION]: "nop",
  [option.MAXIMUM_SEGMENT_SIZE]: "mss",
  [option.WINDOW_SCALE]: "wscale",
  [option.SACK_PERMITTED]: "sackOK",
  [option.SACK]: "sack",
  [option.ECHO]: "echo",
  [option.ECHO_REPLY]: "echoreply",
  [option.TIMESTAMPS]: "TS",
  [option.CC]: "cc",
  [option.CC_NEW]: "ccnew",
  // tcpdump has no name for it.
  [option.CC_ECHO]: "",
  [option.MD5_SIGNATURE]: "md5",
  [option.SCPS_CAPABILITIES]: "scps",
  [option.USER_TIMEOUT]: "uto",
  [option.AUTHENTICATION]: "tcp-ao",
  [option.MULTIPATH]: "mptcp",
  [option.FAST_OPEN]: "tfo",
  [option.EXPERIMENT]: "exp",
};

/**
 * Prints ", options [mss 1460,nop,wscale 7]".
 * @param sackBase number to subtract from the edges of selective acknowledgements
 * @returns false if the options are malformed or truncated; this is printed, and the line ends with it
 */
export function printTcpOptions(context: Context, start: number, size: number, sackBase: number): boolean {
  const { out, bytes } = context;
  out.text(", options [");
  let at = start;
  let left = size;
  let isFirst = true;
  while (left > 0) {
    if (!isFirst) out.byte(0x2c);
    isFirst = false;
    if (!has(context, at, 1)) return truncated(context, false);
    const kind = bytes[at] as number;
    const isBare = kind === option.END || kind === option.NO_OPERATION;
    let length = 1;
    if (!isBare) {
      if (!has(context, at, option.OPTION_HEADER_SIZE)) return truncated(context, false);
      length = option.length(bytes, at);
      if (length < option.OPTION_HEADER_SIZE || length > left) return bad(context, at > start);
    }
    const name = names[kind];
    if (name === undefined) {
      out.text("unknown-");
      out.decimal(kind);
    } else out.text(name);
    const header = isBare ? 1 : option.OPTION_HEADER_SIZE;
    const used = printOption(context, kind, at + header, length - header, left - header, sackBase);
    if (used < 0) return used === CUT ? truncated(context, at > start) : bad(context, at > start);
    const taken = used + header;
    if (taken !== length) {
      out.text("[len ");
      out.decimal(length);
      out.text("]");
    }
    at += taken;
    left -= taken;
    if (kind === option.END) break;
  }
  out.text("]");
  return true;
}

const CUT = -1;
const WRONG = -2;

/** Prints an option's data. Returns the data's length, or what is wrong with it. */
function printOption(
  context: Context,
  kind: number,
  at: number,
  size: number,
  left: number,
  sackBase: number,
): number {
  const { out, bytes } = context;
  const lacks = (count: number): number => (count > left ? WRONG : has(context, at, count) ? 0 : CUT);
  switch (kind) {
    case option.END:
    case option.NO_OPERATION:
    case option.SACK_PERMITTED:
      return 0;
    case option.MAXIMUM_SEGMENT_SIZE:
      if (lacks(option.MAXIMUM_SEGMENT_SIZE_SIZE)) return lacks(option.MAXIMUM_SEGMENT_SIZE_SIZE);
      out.byte(0x20);
      out.decimal(option.maximumSegmentSize(bytes, at));
      return option.MAXIMUM_SEGMENT_SIZE_SIZE;
    case option.WINDOW_SCALE:
      if (lacks(option.WINDOW_SCALE_SIZE)) return lacks(option.WINDOW_SCALE_SIZE);
      out.byte(0x20);
      out.decimal(option.windowScale(bytes, at));
      return option.WINDOW_SCALE_SIZE;
    case option.SACK: {
      if (size % option.sackBlock.size !== 0) {
        out.text(" invalid sack");
        return size;
      }
      out.byte(0x20);
      out.decimal(size / option.sackBlock.size);
      out.byte(0x20);
      for (let block = 0; block < size; block += option.sackBlock.size) {
        const lack = lacks(block + option.sackBlock.size);
        if (lack) return lack;
        out.byte(0x7b);
        out.decimal((option.leftEdge(bytes, at + block) - sackBase) >>> 0);
        out.byte(0x3a);
        out.decimal((option.rightEdge(bytes, at + block) - sackBase) >>> 0);
        out.byte(0x7d);
      }
      return size;
    }
    case option.TIMESTAMPS:
      if (lacks(option.timestamps.echoReply)) return lacks(option.timestamps.echoReply);
      out.text(" val ");
      out.decimal(option.timestampValue(bytes, at));
      if (lacks(option.timestamps.size)) return lacks(option.timestamps.size);
      out.text(" ecr ");
      out.decimal(option.timestampEchoReply(bytes, at));
      return option.timestamps.size;
    case option.ECHO:
    case option.ECHO_REPLY:
    case option.CC:
    case option.CC_NEW:
    case option.CC_ECHO:
      if (lacks(option.COUNT_SIZE)) return lacks(option.COUNT_SIZE);
      out.byte(0x20);
      out.decimal(option.count(bytes, at));
      return option.COUNT_SIZE;
    case option.USER_TIMEOUT: {
      if (lacks(option.USER_TIMEOUT_SIZE)) return lacks(option.USER_TIMEOUT_SIZE);
      const value = option.userTimeout(bytes, at);
      out.text(" 0x");
      out.hex(value);
      out.byte(0x20);
      // tcpdump takes the last bit for the granularity flag, which is really the first bit (RFC 5482).
      out.decimal(value & 1 ? (value >>> 1) * 60 : value >>> 1);
      return option.USER_TIMEOUT_SIZE;
    }
    case option.SCPS_CAPABILITIES:
      if (lacks(option.scps.size)) return lacks(option.scps.size);
      out.text(" cap ");
      out.hex(bytes[at + option.scps.capabilities] as number, 2);
      out.text(" id ");
      out.decimal(bytes[at + option.scps.connection] as number);
      return option.scps.size;
    case option.MD5_SIGNATURE:
      if (lacks(option.MD5_SIGNATURE_SIZE)) return lacks(option.MD5_SIGNATURE_SIZE);
      out.text(" shared secret not supplied with -M, can't check - ");
      printHex(context, at, option.MD5_SIGNATURE_SIZE);
      return option.MD5_SIGNATURE_SIZE;
    case option.AUTHENTICATION:
      return printAuthentication(context, at, size, lacks(size));
    case option.FAST_OPEN:
      if (lacks(size)) return lacks(size);
      out.byte(0x20);
      printCookie(context, at, size);
      return size;
    case option.EXPERIMENT:
      if (lacks(size)) return lacks(size);
      if (option.isFastOpenExperiment(bytes, at, size)) {
        out.text("-tfo");
        printCookie(context, at + option.EXPERIMENT_ID_SIZE, size - option.EXPERIMENT_ID_SIZE);
      } else if (size > 0) {
        out.text("-0x");
        printHex(context, at, size);
      }
      return size;
    default:
      if (lacks(size)) return lacks(size);
      if (size > 0) {
        out.text(" 0x");
        printHex(context, at, size);
      }
      return size;
  }
}

/** RFC 7413. */
function printCookie(context: Context, at: number, size: number): void {
  const { out } = context;
  if (size === 0) return out.text(" cookiereq");
  const isCookie = size % 2 === 0 && size >= option.shortestCookie && size <= option.longestCookie;
  out.text(isCookie ? " cookie " : " [invalid] ");
  printHex(context, at, size);
}

/** RFC 5925. */
function printAuthentication(context: Context, at: number, size: number, lack: number): number {
  const { out, bytes } = context;
  if (size < option.authentication.mac) {
    out.text(" invalid");
    return size;
  }
  if (lack) return lack;
  out.text(" keyid ");
  out.decimal(bytes[at + option.authentication.keyId] as number);
  out.text(" rnextkeyid ");
  out.decimal(bytes[at + option.authentication.nextKeyId] as number);
  if (size > option.authentication.mac) {
    out.text(" mac 0x");
    printHex(context, at + option.authentication.mac, size - option.authentication.mac);
  }
  return size;
}

function printHex({ out, bytes }: Context, at: number, size: number): void {
  for (let index = 0; index < size; index++) out.hex(bytes[at + index] as number, 2);
}

/** tcpdump prints a second closing bracket here, but only if this isn't the first option. */
function truncated(context: Context, isLater: boolean): false {
  printTruncated(context, "tcp");
  if (isLater) context.out.text(">");
  return false;
}

function bad({ out }: Context, isLater: boolean): false {
  out.text("[bad opt]");
  if (isLater) out.text(">");
  return false;
}
