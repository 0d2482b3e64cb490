import { u16, u32 } from "../field.js";
import type { LineWriter } from "../line-writer.js";
import type { PrintOptions, PrintProtocol } from "../options.js";

// IEEE 802.1D, clause 9
const CONFIGURATION = 0x00;
const RAPID = 0x02;
const TOPOLOGY_CHANGE = 0x80;
const HEADER_SIZE = 4;
const CONFIGURATION_SIZE = 35;
const field = {
  version: 2,
  type: 3,
  flags: 4,
  rootPriority: 5,
  rootAddress: 7,
  cost: 13,
  bridgePriority: 17,
  bridgeAddress: 19,
  port: 25,
  messageAge: 27,
  maxAge: 29,
  helloTime: 31,
  forwardDelay: 33,
};

const versions: Readonly<Record<number, string>> = { 0: "802.1d", 2: "802.1w", 3: "802.1s", 4: "802.1aq" };
const types: Readonly<Record<number, string>> = {
  [CONFIGURATION]: "Config",
  [RAPID]: "Rapid STP",
  [TOPOLOGY_CHANGE]: "Topology Change",
};
const flagNames = [
  [0x01, "Topology change"],
  [0x02, "Proposal"],
  [0x10, "Learn"],
  [0x20, "Forward"],
  [0x40, "Agreement"],
  [0x80, "Topology change ACK"],
] as const;
const roles = ["Unknown", "Alternate", "Root", "Designated"];

/** A bridge protocol data unit, behind its LLC header. */
export const printStp: PrintProtocol = (out, bytes, start, end, length, options) => {
  if (length < HEADER_SIZE || start + HEADER_SIZE > end) return out.text(" [|stp]");
  const version = bytes[start + field.version] as number;
  const type = bytes[start + field.type] as number;
  out.text("STP ");
  out.text(versions[version] ?? "Unknown STP protocol (0x");
  if (versions[version] === undefined) {
    out.hex(version, 2);
    out.text(")");
  }
  if (u16(bytes, start) !== 0 || versions[version] === undefined) return;
  out.text(", ");
  out.text(types[type] ?? "Unknown BPDU Type (0x");
  if (types[type] === undefined) {
    out.hex(type, 2);
    out.text(")");
  }
  if (type !== CONFIGURATION && type !== RAPID) return;
  if (length < CONFIGURATION_SIZE || start + CONFIGURATION_SIZE > end) return out.text(" [|stp]");
  printConfiguration(out, bytes, start, length, options);
};

function printConfiguration(
  out: LineWriter,
  bytes: Uint8Array,
  start: number,
  length: number,
  { verbose }: PrintOptions,
): void {
  const flags = bytes[start + field.flags] as number;
  out.text(", Flags [");
  let separator = "";
  for (const [flag, name] of flagNames)
    if (flags & flag) {
      out.text(separator);
      out.text(name);
      separator = ", ";
    }
  if (separator === "") out.text("none");
  out.text("], bridge-id ");
  printBridge(out, bytes, start + field.bridgePriority);
  out.byte(0x2e);
  out.hex(u16(bytes, start + field.port), 4);
  printLength(out, length);
  if (verbose === 0) return;
  out.text("\n\tmessage-age ");
  printTime(out, u16(bytes, start + field.messageAge));
  out.text(", max-age ");
  printTime(out, u16(bytes, start + field.maxAge));
  out.text(", hello-time ");
  printTime(out, u16(bytes, start + field.helloTime));
  out.text(", forwarding-delay ");
  printTime(out, u16(bytes, start + field.forwardDelay));
  out.text("\n\troot-id ");
  printBridge(out, bytes, start + field.rootPriority);
  out.text(", root-pathcost ");
  out.decimal(u32(bytes, start + field.cost));
  if ((bytes[start + field.type] as number) !== RAPID) return;
  out.text(", port-role ");
  out.text(roles[(flags >>> 2) & 3] as string);
}

function printBridge(out: LineWriter, bytes: Uint8Array, at: number): void {
  out.hex(u16(bytes, at), 4);
  out.byte(0x2e);
  out.mac(bytes, at + 2);
}

/** Times are in 256ths of a second. */
function printTime(out: LineWriter, time: number): void {
  out.decimal(Math.floor(time / 256));
  out.byte(0x2e);
  out.fixedDecimal(Math.floor(((time % 256) * 100) / 256), 2);
  out.byte(0x73);
}

function printLength(out: LineWriter, length: number): void {
  out.text(", length ");
  out.decimal(length);
}
