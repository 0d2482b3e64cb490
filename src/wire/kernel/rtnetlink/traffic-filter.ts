import { AttributeSet, attribute, binary, string, u32 } from "../netlink/attribute.js";
import { type Action, actionList } from "./traffic-action.js";

// The contents of a filter's TCA_OPTIONS depend on its kind. Each kind of linux/pkt_cls.h has an attribute with a list
// of actions, under a number of its own.

/** linux/pkt_cls.h: TCA_BPF_*. */
export const bpfFilterOptions = new AttributeSet({
  actions: attribute(1, "TCA_BPF_ACT", actionList),
  /** A classic program: an array of `struct sock_filter`. */
  instructions: attribute(5, "TCA_BPF_OPS", binary),
  /** The name that the program was given when it was attached, which may be any text. */
  name: attribute(7, "TCA_BPF_NAME", string),
  tag: attribute(10, "TCA_BPF_TAG", binary),
  programId: attribute(11, "TCA_BPF_ID", u32),
});

/** By a filter's kind: the number and name of its attribute with actions. */
const actionAttributes: Readonly<Record<string, readonly [type: number, name: string]>> = {
  bpf: [1, "TCA_BPF_ACT"],
  u32: [7, "TCA_U32_ACT"],
  matchall: [2, "TCA_MATCHALL_ACT"],
  flower: [3, "TCA_FLOWER_ACT"],
  basic: [3, "TCA_BASIC_ACT"],
  fw: [4, "TCA_FW_ACT"],
  route: [6, "TCA_ROUTE4_ACT"],
  flow: [9, "TCA_FLOW_ACT"],
  cgroup: [1, "TCA_CGROUP_ACT"],
  rsvp: [6, "TCA_RSVP_ACT"],
  rsvp6: [6, "TCA_RSVP_ACT"],
  tcindex: [7, "TCA_TCINDEX_ACT"],
};

const optionsByKind = new Map(
  Object.entries(actionAttributes).map(([kind, [type, name]]) => [
    kind,
    new AttributeSet({ actions: attribute(type, name, actionList) }),
  ]),
);

/**
 * Returns the actions of a filter; undefined if the attributes of its kind aren't known here.
 * @param options the contents of the filter's `TCA_OPTIONS`
 */
export function filterActions(kind: string, options: Uint8Array): readonly Action[] | undefined {
  const known = optionsByKind.get(kind);
  if (!known) return undefined;
  return known.read(options, 0, options.length, `${kind} filter`, { keepUnknown: false }).actions ?? [];
}
