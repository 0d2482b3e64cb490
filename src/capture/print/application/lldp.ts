import { u16 } from "../field.js";
import type { LineWriter } from "../line-writer.js";
import type { PrintProtocol } from "../options.js";

// IEEE 802.1AB, clause 8
const END = 0;
const CHASSIS_ID = 1;
const PORT_ID = 2;
const TTL = 3;
const PORT_DESCRIPTION = 4;
const SYSTEM_NAME = 5;
const SYSTEM_DESCRIPTION = 6;
const CAPABILITIES = 7;

const names: Readonly<Record<number, string>> = {
  [END]: "End",
  [CHASSIS_ID]: "Chassis ID",
  [PORT_ID]: "Port ID",
  [TTL]: "Time to Live",
  [PORT_DESCRIPTION]: "Port Description",
  [SYSTEM_NAME]: "System Name",
  [SYSTEM_DESCRIPTION]: "System Description",
  [CAPABILITIES]: "System Capabilities",
  8: "Management Address",
  127: "Organization specific",
};

/** A line with what stands out; with `-v` a line an element. */
export const printLldp: PrintProtocol = (out, bytes, start, end, length, { verbose }) => {
  out.text("LLDP, length ");
  out.decimal(length);
  for (let at = start; at + 2 <= start + length; ) {
    if (at + 2 > end) return out.text(" [|lldp]");
    const type = (bytes[at] as number) >>> 1;
    const size = u16(bytes, at) & 0x1ff;
    const data = at + 2;
    if (verbose > 0) printName(out, type, size);
    if (data + size > start + length) return;
    if (data + size > end) return out.text(" [|lldp]");
    if (verbose > 0) printElement(out, bytes, type, data, size);
    else if (type === SYSTEM_NAME) {
      out.text(": ");
      out.untrusted(bytes, data, data + size);
    }
    if (type === END) return;
    at = data + size;
  }
};

function printName(out: LineWriter, type: number, size: number): void {
  out.text("\n\t");
  out.text(names[type] ?? "Unknown");
  out.text(" TLV (");
  out.decimal(type);
  out.text("), length ");
  out.decimal(size);
}

function printElement(out: LineWriter, bytes: Uint8Array, type: number, at: number, size: number): void {
  switch (type) {
    case TTL:
      if (size < 2) return;
      out.text(": TTL ");
      out.decimal(u16(bytes, at));
      return out.text("s");
    case PORT_DESCRIPTION:
    case SYSTEM_NAME:
      out.text(": ");
      return out.untrusted(bytes, at, at + size);
    case SYSTEM_DESCRIPTION:
      out.text("\n\t  ");
      return out.untrusted(bytes, at, at + size);
  }
}
