import * as dhcp6 from "../../../wire/packet/application/dhcp6.js";
import type { PrintProtocol } from "../options.js";

// RFC 8415, section 7.3; RFC 5007; RFC 5460
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
  [dhcp6.RELAY_FORWARD]: "relay-fwd",
  [dhcp6.RELAY_REPLY]: "relay-reply",
  14: "leasequery",
  15: "leasequery-reply",
  16: "leasequery-done",
  17: "leasequery-data",
};

export const printDhcp6: PrintProtocol = (out, bytes, start, end, _length, { verbose }) => {
  out.text("dhcp6");
  if (start + dhcp6.direct.options > end) return out.text(" [|dhcp6]");
  const type = dhcp6.messageType(bytes, start);
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
  if (!dhcp6.isRelayed(bytes, start)) {
    out.text("xid=");
    out.hex(dhcp6.transactionId(bytes, start));
  }
  out.text(")");
};
