import { AttributeSet, attribute, string, u32 } from "../../../src/wire/kernel/netlink/attribute.js";
import type { NetlinkError } from "../../../src/wire/kernel/netlink/error.js";
import {
  messageSize,
  type NetlinkMessage,
  NLM_F_ACK_TLVS,
  NLM_F_CAPPED,
  NLMSG_DONE,
  NLMSG_ERROR,
  writeMessage,
} from "../../../src/wire/kernel/netlink/message.js";

/** A message before it has a sequence number. */
export type Reply = Pick<NetlinkMessage, "type" | "flags" | "payload">;

const extendedAcknowledgement = new AttributeSet({
  message: attribute(1, "NLMSGERR_ATTR_MSG", string),
  offset: attribute(2, "NLMSGERR_ATTR_OFFS", u32),
});

/**
 * Returns `NLMSG_ERROR` as the kernel answers a request. The given bytes of the request are repeated, at least its
 * header.
 */
export function errorReply({ errno, extended }: NetlinkError, request: Uint8Array, capped: boolean): Reply {
  const repeated = capped ? request.subarray(0, 16) : request;
  return {
    type: NLMSG_ERROR,
    flags: (capped ? NLM_F_CAPPED : 0) | (Object.keys(extended).length > 0 ? NLM_F_ACK_TLVS : 0),
    payload: statusPayload(-errno, repeated, extended),
  };
}

/** Returns `NLMSG_DONE` with an error. */
export function doneReply({ errno, extended }: NetlinkError): Reply {
  return {
    type: NLMSG_DONE,
    flags: NLM_F_ACK_TLVS,
    payload: statusPayload(-errno, new Uint8Array(0), extended),
  };
}

function statusPayload(status: number, repeated: Uint8Array, extended: NetlinkError["extended"]): Uint8Array {
  const start = 4 + repeated.length;
  const payload = new Uint8Array(start + extendedAcknowledgement.size(extended)).fill(0xa5);
  new Int32Array(payload.buffer, 0, 1)[0] = status;
  payload.set(repeated, 4);
  extendedAcknowledgement.write(extended, payload, start);
  return payload;
}

/** Returns the bytes of consecutive messages in a datagram. */
export function datagram(...messages: NetlinkMessage[]): Uint8Array {
  const bytes = new Uint8Array(messages.reduce((sum, message) => sum + messageSize(message), 0));
  let at = 0;
  for (const message of messages) at = writeMessage(message, bytes, at);
  return bytes;
}
