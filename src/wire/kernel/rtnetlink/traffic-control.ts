import { need, readS32, readU32, writeU32 } from "../../bytes.js";
import {
  AttributeSet,
  type AttributeValues,
  attribute,
  binary,
  type ReadOptions,
  string,
  u32,
} from "../netlink/attribute.js";

// linux/rtnetlink.h
export const RTM_GETQDISC = 38;
export const RTM_GETTCLASS = 42;
export const RTM_GETTFILTER = 46;

// linux/pkt_sched.h: parents of filters, and the root's handle.
export const TC_H_ROOT = 0xffff_ffff;
/** The handle of an ingress or clsact qdisc. */
export const TC_H_INGRESS = 0xffff_0000;
export const TC_H_MIN_INGRESS = 0xfff2;
export const TC_H_MIN_EGRESS = 0xfff3;

/** linux/rtnetlink.h: in place of an interface, for the filters of the block whose number is in place of the parent. */
export const TCM_IFINDEX_MAGIC_BLOCK = 0xffff_ffff | 0;

// linux/rtnetlink.h: TCA_*
const trafficControlAttributes = {
  /** The kind of the qdisc, class or filter, at most 15 bytes. */
  kind: attribute(1, "TCA_KIND", string),
  /** Its contents depend on the kind. */
  options: attribute(2, "TCA_OPTIONS", binary),
  /** The chain of a filter. */
  chain: attribute(11, "TCA_CHAIN", u32),
  /** The shared blocks whose filters a clsact or ingress qdisc uses. */
  ingressBlock: attribute(13, "TCA_INGRESS_BLOCK", u32),
  egressBlock: attribute(14, "TCA_EGRESS_BLOCK", u32),
};

const attributes = new AttributeSet(trafficControlAttributes);

/** `struct tcmsg` with its attributes: a qdisc, a class or a filter (rtnetlink(7)). */
export interface TrafficControl extends AttributeValues<typeof trafficControlAttributes> {
  /** Interface index, or `TCM_IFINDEX_MAGIC_BLOCK`. */
  index: number;
  handle: number;
  /** A handle, or the number of a shared block. */
  parent: number;
  /** Of a filter: its priority in the upper half, its protocol in network byte order in the lower one. */
  info: number;
}

const TCMSG_SIZE = 20;
const field = { family: 0, index: 4, handle: 8, parent: 12, info: 16 } as const;

/** Reads the payload of an `RTM_*QDISC`, `RTM_*TCLASS` or `RTM_*TFILTER` message. Byte fields are views of `payload`. */
export function readTrafficControl(payload: Uint8Array, options?: ReadOptions): TrafficControl {
  need("tcmsg", 0, TCMSG_SIZE, payload.length);
  return {
    index: readS32(payload, field.index),
    handle: readU32(payload, field.handle),
    parent: readU32(payload, field.parent),
    info: readU32(payload, field.info),
    ...attributes.read(payload, TCMSG_SIZE, payload.length, "tcmsg", options),
  };
}

export function trafficControlSize(value: TrafficControl): number {
  return TCMSG_SIZE + attributes.size(value);
}

/** Writes the payload of such a message at `offset`. Returns the offset after it. */
export function writeTrafficControl(value: TrafficControl, into: Uint8Array, offset: number): number {
  into.fill(0, offset + field.family, offset + field.index);
  writeU32(into, offset + field.index, value.index);
  writeU32(into, offset + field.handle, value.handle);
  writeU32(into, offset + field.parent, value.parent);
  writeU32(into, offset + field.info, value.info);
  return attributes.write(value, into, offset + TCMSG_SIZE);
}

/** linux/pkt_sched.h: TCA_RED_*: shared blocks whose filters get the packets that the qdisc drops early or marks. */
export const redOptions = new AttributeSet({
  earlyDropBlock: attribute(5, "TCA_RED_EARLY_DROP_BLOCK", u32),
  markBlock: attribute(6, "TCA_RED_MARK_BLOCK", u32),
});
