import { readS32, readU32 } from "../../../wire/bytes.js";
import { type Seen, type Unseen, unseenBecause, unseenRest } from "../../netlink/unseen.js";
import { nextLinkId, openById, readInfo } from "./read-info.js";

/** What a BPF link attaches its program to. */
export type BpfAttachment =
  /** A hook of netfilter. The kernel doesn't say in which network namespace. */
  | {
      readonly kind: "netfilter";
      /** `NFPROTO_*`. */
      readonly family: number;
      readonly hook: number;
      readonly priority: number;
    }
  /** A network namespace, by its inode number; 0 if it is gone. */
  | { readonly kind: "netns"; readonly namespace: number; readonly at: string }
  /** An interface, by its index in a network namespace that the kernel doesn't name; 0 if it is gone. */
  | { readonly kind: "xdp" | "tcx" | "netkit"; readonly index: number };

/** A BPF link: what keeps an eBPF program attached for as long as a process has it open or a file pins it. */
export interface BpfLink {
  readonly id: number;
  readonly programId: number;
  readonly attachment: BpfAttachment;
}

// linux/bpf.h: enum bpf_link_type.
const BPF_LINK_TYPE_NETNS = 5;
const BPF_LINK_TYPE_NETFILTER = 10;
const interfaceLinks: Readonly<Record<number, "xdp" | "tcx" | "netkit">> = {
  6: "xdp",
  11: "tcx",
  13: "netkit",
};

/** linux/bpf.h: enum bpf_attach_type, of programs that are attached to a namespace. */
const namespaceHooks: Readonly<Record<number, string>> = { 17: "flow_dissector", 36: "sk_lookup" };

/** linux/bpf.h: struct bpf_link_info. The fields after the program's id depend on the type. */
const info = { type: 0, programId: 8, first: 16, second: 20, third: 24, size: 32 } as const;

/** The most links that are read, of any type. */
const MOST_LINKS = 16_384;

const WHAT = "the links of eBPF programs";

/**
 * Reads the BPF links whose programs get packets of interfaces or of a network namespace, on the whole machine. Needs
 * CAP_SYS_ADMIN in the initial user namespace.
 */
export function readBpfLinks(): Seen<BpfLink> {
  const values: BpfLink[] = [];
  const unseen: Unseen[] = [];
  try {
    let left = MOST_LINKS;
    for (let id = nextLinkId(0, `read ${WHAT}`); id !== undefined; id = nextLinkId(id, `read ${WHAT}`)) {
      if (left-- === 0) {
        unseen.push(unseenRest(WHAT, "too-many"));
        break;
      }
      const link = describe(id);
      if (link) values.push(link);
    }
  } catch (error) {
    unseen.push(unseenBecause(WHAT, error));
  }
  return { values, unseen };
}

/** Returns undefined for a link that is gone, or of another type. */
function describe(id: number): BpfLink | undefined {
  const operation = `read BPF link ${id}`;
  using link = openById("BPF_LINK_GET_FD_BY_ID", id, operation);
  if (!link) return undefined;
  const bytes = readInfo(link, info.size, operation);
  const attachment = attachmentOf(bytes);
  return attachment && { id, programId: readU32(bytes, info.programId), attachment };
}

function attachmentOf(bytes: Uint8Array): BpfAttachment | undefined {
  const type = readU32(bytes, info.type);
  const first = readU32(bytes, info.first);
  const second = readU32(bytes, info.second);
  const kind = interfaceLinks[type];
  if (kind) return { kind, index: first };
  if (type === BPF_LINK_TYPE_NETNS)
    return { kind: "netns", namespace: first, at: namespaceHooks[second] ?? `attach type ${second}` };
  if (type === BPF_LINK_TYPE_NETFILTER)
    return { kind: "netfilter", family: first, hook: second, priority: readS32(bytes, info.third) };
  return undefined;
}
