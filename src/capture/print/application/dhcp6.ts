import { u16 } from "../field.js";
import type { PrintProtocol } from "../options.js";

// RFC 8415, section 7.3
const RELAY_FORWARD = 12;
const RELAY_REPLY = 13;
const messages: Readonly<Record<number, string>> = {
  1: "solicit",
  2: "advertise",
  3: "request",
  4: "confirm",
  5: "renew",
  6: "rebind",
  7: "reply",
  8: "release",
  9: "decline",
  10: "reconfigure",
  11: "inf-req",
  [RELAY_FORWARD]: "relay-fwd",
  [RELAY_REPLY]: "relay-reply",
  14: "leasequery",
  15: "leasequery-reply",
  16: "leasequery-done",
  17: "leasequery-data",
};

export const printDhcp6: PrintProtocol = (out, bytes, start, end, _length, { verbose }) => {
  out.text("dhcp6");
  if (start + 4 > end) return out.text(" [|dhcp6]");
  const type = bytes[start] as number;
  const name = messages[type];
  if (name === undefined) {
    out.text(" msgtype-");
    out.decimal(type);
  } else {
    out.byte(0x20);
    out.text(name);
  }
  if (verbose === 0) return;
  out.text(" (");
  if (type !== RELAY_FORWARD && type !== RELAY_REPLY) {
    out.text("xid=");
    out.hex(((bytes[start + 1] as number) << 16) | u16(bytes, start + 2));
  }
  out.text(")");
};
