import { type Context, has, printTruncated } from "../context.js";
import { u16, u32 } from "../field.js";

// https://www.iana.org/assignments/tcp-parameters
const EOL = 0;
const NOP = 1;
const MSS = 2;
const WSCALE = 3;
const SACK_OK = 4;
const SACK = 5;
const ECHO = 6;
const ECHO_REPLY = 7;
const TIMESTAMP = 8;
const CC = 11;
const CC_ECHO = 13;
const MD5 = 19;
const SCPS = 20;
const USER_TIMEOUT = 28;
const AUTHENTICATION = 29;
const MPTCP = 30;
const FAST_OPEN = 34;
const EXPERIMENT = 254;
/** RFC 6994: what an experimental option begins with. */
const FAST_OPEN_EXPERIMENT = 0xf989;
const MD5_SIZE = 16;

const names: Readonly<Record<number, string>> = {
  [EOL]: "eol",
  [NOP]: "nop",
  [MSS]: "mss",
  [WSCALE]: "wscale",
  [SACK_OK]: "sackOK",
  [SACK]: "sack",
  [ECHO]: "echo",
  [ECHO_REPLY]: "echoreply",
  [TIMESTAMP]: "TS",
  [CC]: "cc",
  12: "ccnew",
  // tcpdump has no word for it.
  [CC_ECHO]: "",
  [MD5]: "md5",
  [SCPS]: "scps",
  [USER_TIMEOUT]: "uto",
  [AUTHENTICATION]: "tcp-ao",
  [MPTCP]: "mptcp",
  [FAST_OPEN]: "tfo",
  [EXPERIMENT]: "exp",
};

/**
 * ", options [mss 1460,nop,wscale 7]".
 * @param sackBase what the blocks of selective acknowledgements are relative to
 * @returns false if they are wrong or cut short, which is said, and the line ends with it
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
    const isBare = kind === EOL || kind === NOP;
    let length = 1;
    if (!isBare) {
      if (!has(context, at, 2)) return truncated(context, false);
      length = bytes[at + 1] as number;
      if (length < 2 || length > left) return bad(context, at > start);
    }
    const name = names[kind];
    if (name === undefined) {
      out.text("unknown-");
      out.decimal(kind);
    } else out.text(name);
    const used = printOption(context, kind, at + 2, length - 2, left - (isBare ? 1 : 2), sackBase);
    if (used < 0) return used === CUT ? truncated(context, at > start) : bad(context, at > start);
    const taken = used + (isBare ? 1 : 2);
    if (taken !== length) {
      out.text("[len ");
      out.decimal(length);
      out.text("]");
    }
    at += taken;
    left -= taken;
    if (kind === EOL) break;
  }
  out.text("]");
  return true;
}

const CUT = -1;
const WRONG = -2;

/** Prints an option's data, and says how many bytes of it there are, or what is wrong. */
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
    case EOL:
    case NOP:
    case SACK_OK:
      return 0;
    case MSS:
      if (lacks(2)) return lacks(2);
      out.byte(0x20);
      out.decimal(u16(bytes, at));
      return 2;
    case WSCALE:
      if (lacks(1)) return lacks(1);
      out.byte(0x20);
      out.decimal(bytes[at] as number);
      return 1;
    case SACK: {
      if (size % 8 !== 0) {
        out.text(" invalid sack");
        return size;
      }
      out.byte(0x20);
      out.decimal(size / 8);
      out.byte(0x20);
      for (let block = 0; block < size; block += 8) {
        if (lacks(block + 8)) return lacks(block + 8);
        out.byte(0x7b);
        out.decimal((u32(bytes, at + block) - sackBase) >>> 0);
        out.byte(0x3a);
        out.decimal((u32(bytes, at + block + 4) - sackBase) >>> 0);
        out.byte(0x7d);
      }
      return size;
    }
    case TIMESTAMP:
      if (lacks(4)) return lacks(4);
      out.text(" val ");
      out.decimal(u32(bytes, at));
      if (lacks(8)) return lacks(8);
      out.text(" ecr ");
      out.decimal(u32(bytes, at + 4));
      return 8;
    case ECHO:
    case ECHO_REPLY:
    case CC:
    case 12:
    case CC_ECHO:
      if (lacks(4)) return lacks(4);
      out.byte(0x20);
      out.decimal(u32(bytes, at));
      return 4;
    case USER_TIMEOUT: {
      if (lacks(2)) return lacks(2);
      const value = u16(bytes, at);
      out.text(" 0x");
      out.hex(value);
      out.byte(0x20);
      // The lowest bit says that it counts minutes.
      out.decimal(value & 1 ? (value >>> 1) * 60 : value >>> 1);
      return 2;
    }
    case SCPS:
      if (lacks(2)) return lacks(2);
      out.text(" cap ");
      out.hex(bytes[at] as number, 2);
      out.text(" id ");
      out.decimal(bytes[at + 1] as number);
      return 2;
    case MD5:
      if (lacks(MD5_SIZE)) return lacks(MD5_SIZE);
      out.text(" shared secret not supplied with -M, can't check - ");
      printHex(context, at, MD5_SIZE);
      return MD5_SIZE;
    case AUTHENTICATION:
      return printAuthentication(context, at, size, lacks(size));
    case FAST_OPEN:
      if (lacks(size)) return lacks(size);
      out.byte(0x20);
      printCookie(context, at, size);
      return size;
    case EXPERIMENT:
      if (lacks(size)) return lacks(size);
      if (size >= 2 && u16(bytes, at) === FAST_OPEN_EXPERIMENT) {
        out.text("-tfo");
        printCookie(context, at + 2, size - 2);
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

/** RFC 7413 */
function printCookie(context: Context, at: number, size: number): void {
  const { out } = context;
  if (size === 0) return out.text(" cookiereq");
  out.text(size % 2 === 0 && size >= 4 && size <= 16 ? " cookie " : " [invalid] ");
  printHex(context, at, size);
}

/** RFC 5925 */
function printAuthentication(context: Context, at: number, size: number, lack: number): number {
  const { out, bytes } = context;
  if (size < 2) {
    out.text(" invalid");
    return size;
  }
  if (lack) return lack;
  out.text(" keyid ");
  out.decimal(bytes[at] as number);
  out.text(" rnextkeyid ");
  out.decimal(bytes[at + 1] as number);
  if (size > 2) {
    out.text(" mac 0x");
    printHex(context, at + 2, size - 2);
  }
  return size;
}

function printHex({ out, bytes }: Context, at: number, size: number): void {
  for (let index = 0; index < size; index++) out.hex(bytes[at + index] as number, 2);
}

/** tcpdump closes what it opened with another bracket, and only behind the first option. */
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
