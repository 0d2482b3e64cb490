import { need, readS32, readU32 } from "../../bytes.js";
import { AttributeSet, type AttributeValues, attribute, string, u32 } from "./attribute.js";
import { align, type NetlinkMessage, NLM_F_ACK_TLVS, NLM_F_CAPPED, NLMSG_HDRLEN } from "./message.js";

// linux/netlink.h: enum nlmsgerr_attrs
const extendedAcknowledgement = {
  message: attribute(1, "NLMSGERR_ATTR_MSG", string),
  /** Offset in the request of the attribute at fault, in bytes. */
  offset: attribute(2, "NLMSGERR_ATTR_OFFS", u32),
};

const extendedAcknowledgements = new AttributeSet(extendedAcknowledgement);

/** The contents of an `NLMSG_ERROR`, or of an `NLMSG_DONE` that carries an error. */
export interface NetlinkError {
  /** A positive errno; 0 for an acknowledgement. */
  readonly errno: number;
  /** The kernel's explanation, if there is one (`NETLINK_EXT_ACK`). */
  readonly extended: AttributeValues<typeof extendedAcknowledgement>;
}

/** Reads the payload of an `NLMSG_ERROR` message: `struct nlmsgerr`, the request, and attributes. */
export function readError(message: NetlinkMessage): NetlinkError {
  const { payload, flags } = message;
  need("nlmsgerr", 0, 4 + NLMSG_HDRLEN, payload.length);
  // Unless it is capped, the message repeats the whole request, whose header begins with its length.
  const repeated = flags & NLM_F_CAPPED ? NLMSG_HDRLEN : Math.max(NLMSG_HDRLEN, readU32(payload, 4));
  return {
    errno: -readS32(payload, 0) || 0,
    extended: flags & NLM_F_ACK_TLVS ? readExtended(payload, 4 + repeated) : {},
  };
}

/** Reads the payload of an `NLMSG_DONE` message: a signed status and attributes. */
export function readDone(message: NetlinkMessage): NetlinkError {
  const { payload, flags } = message;
  // Old kernels end a dump without any payload.
  if (payload.length < 4) return { errno: 0, extended: {} };
  const status = readS32(payload, 0);
  return {
    errno: status < 0 ? -status : 0,
    extended: flags & NLM_F_ACK_TLVS ? readExtended(payload, 4) : {},
  };
}

function readExtended(payload: Uint8Array, start: number): AttributeValues<typeof extendedAcknowledgement> {
  need("nlmsgerr attributes", start, 0, payload.length);
  return extendedAcknowledgements.read(payload, align(start), payload.length, "nlmsgerr");
}
