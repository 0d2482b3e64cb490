import { type NetlinkMessage, readMessages } from "../../../../src/wire/kernel/netlink/message.js";

/** Returns the only message of a golden datagram. */
export function onlyMessage(datagram: Uint8Array): NetlinkMessage {
  const [message, ...more] = readMessages(datagram);
  if (!message || more.length > 0) throw new Error("not exactly one message");
  return message;
}
