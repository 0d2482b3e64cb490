import * as stp from "../../../wire/packet/link/stp.js";
import type { LineWriter } from "../line-writer.js";
import type { PrintOptions, PrintProtocol } from "../options.js";

const versions: Readonly<Record<number, string>> = {
  [stp.STP_VERSION]: "802.1d",
  [stp.RSTP_VERSION]: "802.1w",
  [stp.MSTP_VERSION]: "802.1s",
  [stp.SPT_VERSION]: "802.1aq",
};
const types: Readonly<Record<number, string>> = {
  [stp.STP_CONFIGURATION]: "Config",
  [stp.STP_RAPID]: "Rapid STP",
  [stp.STP_TOPOLOGY_CHANGE_NOTIFICATION]: "Topology Change",
};
const flagNames = [
  [stp.STP_TOPOLOGY_CHANGE, "Topology change"],
  [stp.STP_PROPOSAL, "Proposal"],
  [stp.STP_LEARNING, "Learn"],
  [stp.STP_FORWARDING, "Forward"],
  [stp.STP_AGREEMENT, "Agreement"],
  [stp.STP_TOPOLOGY_CHANGE_ACKNOWLEDGMENT, "Topology change ACK"],
] as const;
const roles = ["Unknown", "Alternate", "Root", "Designated"];

/** Prints a bridge protocol data unit, which follows the LLC header. */
export const printStp: PrintProtocol = (out, bytes, start, end, length, options) => {
  if (length < stp.STP_NOTIFICATION_SIZE || start + stp.STP_NOTIFICATION_SIZE > end)
    return out.text(" [|stp]");
  const version = stp.version(bytes, start);
  const type = stp.bpduType(bytes, start);
  out.text("STP ");
  out.text(versions[version] ?? "Unknown STP protocol (0x");
  if (versions[version] === undefined) {
    out.hex(version, 2);
    out.text(")");
  }
  if (stp.protocolIdentifier(bytes, start) !== 0 || versions[version] === undefined) return;
  out.text(", ");
  out.text(types[type] ?? "Unknown BPDU Type (0x");
  if (types[type] === undefined) {
    out.hex(type, 2);
    out.text(")");
  }
  if (type !== stp.STP_CONFIGURATION && type !== stp.STP_RAPID) return;
  if (length < stp.STP_CONFIGURATION_SIZE || start + stp.STP_CONFIGURATION_SIZE > end)
    return out.text(" [|stp]");
  printConfiguration(out, bytes, start, length, options);
};

function printConfiguration(
  out: LineWriter,
  bytes: Uint8Array,
  start: number,
  length: number,
  { verbose }: PrintOptions,
): void {
  const flags = stp.flags(bytes, start);
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
  printBridge(out, stp.bridgePriority(bytes, start), bytes, start + stp.field.bridgeAddress);
  out.byte(0x2e);
  out.hex(stp.portIdentifier(bytes, start), 4);
  printLength(out, length);
  if (verbose === 0) return;
  out.text("\n\tmessage-age ");
  printTime(out, stp.messageAge(bytes, start));
  out.text(", max-age ");
  printTime(out, stp.maxAge(bytes, start));
  out.text(", hello-time ");
  printTime(out, stp.helloTime(bytes, start));
  out.text(", forwarding-delay ");
  printTime(out, stp.forwardDelay(bytes, start));
  out.text("\n\troot-id ");
  printBridge(out, stp.rootPriority(bytes, start), bytes, start + stp.field.rootAddress);
  out.text(", root-pathcost ");
  out.decimal(stp.rootPathCost(bytes, start));
  if (stp.bpduType(bytes, start) !== stp.STP_RAPID) return;
  out.text(", port-role ");
  out.text(roles[stp.portRole(bytes, start)] as string);
}

function printBridge(out: LineWriter, priority: number, bytes: Uint8Array, address: number): void {
  out.hex(priority, 4);
  out.byte(0x2e);
  out.mac(bytes, address);
}

/** Prints "20.00s". */
function printTime(out: LineWriter, time: number): void {
  out.decimal(Math.floor(time / stp.STP_SECOND));
  out.byte(0x2e);
  out.fixedDecimal(Math.floor(((time % stp.STP_SECOND) * 100) / stp.STP_SECOND), 2);
  out.byte(0x73);
}

function printLength(out: LineWriter, length: number): void {
  out.text(", length ");
  out.decimal(length);
}
