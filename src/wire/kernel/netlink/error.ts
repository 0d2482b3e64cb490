import { need, readS32, readU32 } from "../../bytes.js";
import { AttributeSet, type AttributeValues, attribute, string, u32 } from "./attribute.js";
import { align, type NetlinkMessage, NLM_F_ACK_TLVS, NLM_F_CAPPED, NLMSG_HDRLEN } from "./message.js";

// linux/netlink.h: enum nlmsgerr_attrs
const extendedAcknowledgement = {
  message: attribute(1, "NLMSGERR_ATTR_MSG", string),
  /** Offset of the attribute at fault in the request, in bytes. */
  offset: attribute(2, "NLMSGERR_ATTR_OFFS", u32),
};

const extendedAcknowledgements = new AttributeSet(extendedAcknowledgement);

/** `NLMSG_ERROR`, or an `NLMSG_DONE` that carries an error. */
export interface NetlinkError {
  /** Positive errno; 0 is an acknowledgement. */
  readonly errno: number;
  /** What the kernel says about it in words, if it does (`NETLINK_EXT_ACK`). */
  readonly extended: AttributeValues<typeof extendedAcknowledgement>;
}

/** Reads the payload of an `NLMSG_ERROR` message: `struct nlmsgerr`, then the request, then attributes. */
export function readError(message: NetlinkMessage): NetlinkError {
  const { payload, flags } = message;
  need("nlmsgerr", 0, 4 + NLMSG_HDRLEN, payload.length);
  // Unless capped, the whole request is repeated; its length is the first field of its header.
  const repeated = flags & NLM_F_CAPPED ? NLMSG_HDRLEN : Math.max(NLMSG_HDRLEN, readU32(payload, 4));
  return {
    errno: -readS32(payload, 0) || 0,
    extended: flags & NLM_F_ACK_TLVS ? readExtended(payload, 4 + repeated) : {},
  };
}

/** Reads the payload of an `NLMSG_DONE` message: a signed status, then attributes. */
export function readDone(message: NetlinkMessage): NetlinkError {
  const { payload, flags } = message;
  // Old kernels end a dump with no payload at all.
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
