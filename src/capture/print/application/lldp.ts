import * as lldp from "../../../wire/packet/link/lldp.js";
import type { LineWriter } from "../line-writer.js";
import type { PrintProtocol } from "../options.js";

const { type } = lldp;

const names: Readonly<Record<number, string>> = {
  [type.end]: "End",
  [type["chassis-id"]]: "Chassis ID",
  [type["port-id"]]: "Port ID",
  [type["time-to-live"]]: "Time to Live",
  [type["port-description"]]: "Port Description",
  [type["system-name"]]: "System Name",
  [type["system-description"]]: "System Description",
  [type.capabilities]: "System Capabilities",
  [type["management-address"]]: "Management Address",
  [type.organization]: "Organization specific",
};

/** Prints a summary line; with `-v`, one line per TLV. */
export const printLldp: PrintProtocol = (out, bytes, start, end, length, { verbose }) => {
  out.text("LLDP, length ");
  out.decimal(length);
  for (let at = start; at + lldp.HEADER_SIZE <= start + length; ) {
    if (at + lldp.HEADER_SIZE > end) return out.text(" [|lldp]");
    const kind = lldp.tlvType(bytes, at);
    const size = lldp.tlvLength(bytes, at);
    const data = at + lldp.HEADER_SIZE;
    if (verbose > 0) printName(out, kind, size);
    if (data + size > start + length) return;
    if (data + size > end) return out.text(" [|lldp]");
    if (verbose > 0) printElement(out, bytes, kind, data, size);
    else if (kind === type["system-name"]) {
      out.text(": ");
      out.untrusted(bytes, data, data + size);
    }
    if (kind === type.end) return;
    at = data + size;
  }
};

function printName(out: LineWriter, kind: number, size: number): void {
  out.text("\n\t");
  out.text(names[kind] ?? "Unknown");
  out.text(" TLV (");
  out.decimal(kind);
  out.text("), length ");
  out.decimal(size);
}

function printElement(out: LineWriter, bytes: Uint8Array, kind: number, at: number, size: number): void {
  switch (kind) {
    case type["time-to-live"]:
      if (size < lldp.TIME_TO_LIVE_SIZE) return;
      out.text(": TTL ");
      out.decimal(lldp.timeToLive(bytes, at));
      return out.text("s");
    case type["port-description"]:
    case type["system-name"]:
      out.text(": ");
      return out.untrusted(bytes, at, at + size);
    case type["system-description"]:
      out.text("\n\t  ");
      return out.untrusted(bytes, at, at + size);
  }
}
