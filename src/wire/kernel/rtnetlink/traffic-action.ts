import { need, readU32, writeU32 } from "../../bytes.js";
import {
  type AttributeCodec,
  AttributeSet,
  type AttributeValues,
  attribute,
  binary,
  indexedArray,
  nested,
  string,
  u32,
} from "../netlink/attribute.js";

// linux/pkt_cls.h: TCA_ACT_*
const actionAttributes = {
  /** At most 15 bytes. */
  kind: attribute(1, "TCA_ACT_KIND", string),
  /** Its contents depend on the kind. */
  options: attribute(2, "TCA_ACT_OPTIONS", binary),
  index: attribute(3, "TCA_ACT_INDEX", u32),
};

/** One action of a filter, with which it handles the packets that match. */
export type Action = AttributeValues<typeof actionAttributes>;

/** Codec of a filter's list of actions, such as `TCA_U32_ACT`. */
export const actionList: AttributeCodec<Action[]> = indexedArray(
  "action",
  nested(new AttributeSet(actionAttributes)),
);

/** linux/tc_act/tc_mirred.h: TCA_EGRESS_REDIR and the following, from 1 on. */
export const mirredOperations: Readonly<
  Record<number, { readonly operation: "mirror" | "redirect"; readonly to: "ingress" | "egress" }>
> = {
  1: { operation: "redirect", to: "egress" },
  2: { operation: "mirror", to: "egress" },
  3: { operation: "redirect", to: "ingress" },
  4: { operation: "mirror", to: "ingress" },
};

/** `struct tc_mirred` (linux/tc_act/tc_mirred.h). */
export interface Mirred {
  /** The first fields, which all kinds of actions have: index, capab, action, refcnt and bindcnt. */
  general: Uint8Array;
  /** A key of {@link mirredOperations}. */
  operation: number;
  /** Index of the interface that gets the packets; 0 if it was removed, or if a block is given instead. */
  index: number;
}

/** Size of the fields that the structures of all kinds of actions begin with (linux/pkt_cls.h: tc_gen). */
const TC_GEN_SIZE = 20;
const TC_MIRRED_SIZE = 28;
const mirredField = { operation: 20, index: 24 } as const;

const mirredParameters: AttributeCodec<Mirred> = {
  read(bytes, offset, length, path) {
    need(path, 0, TC_MIRRED_SIZE, length);
    return {
      general: bytes.subarray(offset, offset + TC_GEN_SIZE),
      operation: readU32(bytes, offset + mirredField.operation),
      index: readU32(bytes, offset + mirredField.index),
    };
  },
  size: () => TC_MIRRED_SIZE,
  write(value, into, offset) {
    into.set(value.general, offset);
    writeU32(into, offset + mirredField.operation, value.operation);
    writeU32(into, offset + mirredField.index, value.index);
  },
};

/** linux/tc_act/tc_mirred.h: TCA_MIRRED_*. */
export const mirredOptions = new AttributeSet({
  parameters: attribute(2, "TCA_MIRRED_PARMS", mirredParameters),
  /** A shared block: every interface that uses it gets the packets. Since Linux 6.8. */
  block: attribute(4, "TCA_MIRRED_BLOCKID", u32),
});

/** linux/tc_act/tc_bpf.h: TCA_ACT_BPF_*. */
export const bpfActionOptions = new AttributeSet({
  instructions: attribute(4, "TCA_ACT_BPF_OPS", binary),
  name: attribute(6, "TCA_ACT_BPF_NAME", string),
  tag: attribute(8, "TCA_ACT_BPF_TAG", binary),
  programId: attribute(9, "TCA_ACT_BPF_ID", u32),
});

/** linux/tc_act/tc_sample.h: TCA_SAMPLE_*. */
export const sampleOptions = new AttributeSet({
  rate: attribute(3, "TCA_SAMPLE_RATE", u32),
  group: attribute(5, "TCA_SAMPLE_PSAMPLE_GROUP", u32),
});
