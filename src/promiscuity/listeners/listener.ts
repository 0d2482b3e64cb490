import type { NetfilterListener, PassingAction } from "../../linux/netfilter/netfilter-listener.js";
import type { NetfilterReader } from "../../linux/netfilter/readers.js";
import type { ProcessDetails } from "../../linux/process/process-details.js";
import type { Instruction } from "../../wire/kernel/bpf/classic.js";
import type { XdpMode } from "../../wire/kernel/rtnetlink/xdp.js";
import type { PacketSocketRing } from "../../wire/kernel/sock-diag/packet.js";
import type { SocketFacts } from "../holders/holder.js";
import type { NamespaceFacts } from "../holders/namespace-facts.js";

/** Something that gets copies of frames, or the frames themselves, whether or not it holds an interface promiscuous. */
export type Listener =
  | PacketSocketListener
  | XdpSocketListener
  | XdpProgramListener
  | TcProgramListener
  | TcxProgramListener
  | NetfilterProgramListener
  | NamespaceProgramListener
  | MirrorListener
  | SampleListener
  | NflogListener
  | NfqueueListener
  | TapReaderListener
  | RawSocketListener;

/** What all listeners have. */
export interface ListenerParts {
  /** The network namespace; absent if the kernel doesn't say which. */
  readonly netns?: NamespaceFacts;
  /** The index of the interface; absent for every interface of the namespace, and if there is none of that name. */
  readonly ifindex?: number;
  /** The interface's name; absent for every interface of the namespace. */
  readonly ifname?: string;
  /** The direction of the frames, if it gets only those of one, or if the kernel doesn't say which. */
  readonly direction?: "ingress" | "egress" | "either";
  /** The processes that get the frames, or have the program open; empty if none is known. */
  readonly processes: readonly ProcessDetails[];
}

/** A packet socket that receives frames: that of tcpdump, a DHCP client, a backdoor. */
export interface PacketSocketListener extends ListenerParts {
  readonly kind: "packet-socket";
  readonly socket: SocketFacts;
  /** The name of the only protocol whose frames it receives, for example `ARP`; absent if it has none here. */
  readonly protocolName?: string;
  /** Whether it holds an interface promiscuous; `unknown` if the kernel doesn't list what it holds. */
  readonly holds: boolean | "unknown";
  /** The indices of the interfaces that it holds promiscuous. */
  readonly held: readonly number[];
  /** The ring by which the process receives frames; absent if it reads them one by one, or if that isn't known. */
  readonly ring?: RingFacts;
  readonly fanout?: FanoutFacts;
  readonly filter: ListenerFilter;
}

/** A ring of frames that a packet socket shares with its process (packet(7)). */
export interface RingFacts extends Readonly<PacketSocketRing> {
  /** For example `TPACKET_V3`; absent if it isn't known. */
  readonly version?: string;
}

/** A group of packet sockets that share the frames, so that each frame goes to one of them (packet(7)). */
export interface FanoutFacts {
  /** Its number in the network namespace. */
  readonly group: number;
  /** How frames are shared, for example `hash`; a number if it has no name here. */
  readonly mode: string | number;
}

/** What a listener's filter is known to be. */
export type ListenerFilter =
  | ClassicFilter
  /** Everything is received. */
  | { readonly kind: "none" }
  /** An eBPF program, which the kernel doesn't show to anyone. */
  | { readonly kind: "ebpf" }
  | { readonly kind: "unknown"; readonly reason: string; readonly remedy?: string };

/** A classic BPF program that selects frames. */
export interface ClassicFilter {
  readonly kind: "classic";
  /** The LINKTYPE_ value of the frames that it examines; absent if it isn't known. */
  readonly linkType?: number;
  /** The only protocol whose frames the socket gets, `ETH_P_*`; absent if it gets all. */
  readonly protocol?: number;
  readonly program: readonly Instruction[];
  /** The program as `tcpdump -d` prints it. */
  readonly instructions: readonly string[];
  /** A tcpdump expression that means the same; empty if all frames are accepted. Absent if none was found. */
  readonly expression?: string;
  /** Why there is no expression. */
  readonly reason?: string;
  /** The constants that it compares with payload, in words: `UDP payload bytes 0-1 = 0x7255`. */
  readonly magic: readonly string[];
}

/** A queue of an interface whose frames an AF_XDP socket receives. */
export interface XdpSocketListener extends ListenerParts {
  readonly kind: "xdp-socket";
  readonly queue: number;
  /** The socket's inode number; absent if this kernel doesn't say whose the socket is. */
  readonly inode?: number;
  readonly uid?: number;
  readonly user?: string;
  /** Absent if the socket is known: the processes that have an AF_XDP socket, any of which may be this one. */
  readonly candidates?: readonly ProcessDetails[];
}

/** An eBPF program. */
export interface ProgramFacts {
  /** Absent if the kernel doesn't say. */
  readonly id?: number;
  /** The name that it was loaded with. Whoever loaded it chose it. */
  readonly name?: string;
  /** A hash of its instructions, in hexadecimal. */
  readonly tag?: string;
  /** As bpftool(8) prints it, for example `xdp` or `sched_cls`. */
  readonly type?: string;
  /** The user who loaded it. */
  readonly uid?: number;
  readonly user?: string;
  /** When it was loaded: ISO 8601, UTC. */
  readonly loaded?: string;
}

/** An XDP program of an interface. */
export interface XdpProgramListener extends ListenerParts {
  readonly kind: "xdp-program";
  readonly mode: XdpMode;
  readonly program: ProgramFacts;
}

/** Where a filter of traffic control is, as `tc filter show` prints it (tc(8)). */
export interface TrafficFilterFacts {
  /** The qdisc, class or hook that it belongs to. */
  readonly parent: number;
  /** The shared block that it is in. */
  readonly block?: number;
  readonly handle: number;
  readonly chain: number;
  readonly priority: number;
  /** `ETH_P_*`. */
  readonly protocol: number;
  /** For example `bpf`, `u32` or `matchall`. */
  readonly kind: string;
}

/** An eBPF program that is a filter or an action of traffic control. */
export interface TcProgramListener extends ListenerParts {
  readonly kind: "tc-program";
  readonly program: ProgramFacts;
  readonly trafficFilter: TrafficFilterFacts;
}

/** An eBPF program that is attached to an interface without traffic control, by the kernel's tcx or by netkit. */
export interface TcxProgramListener extends ListenerParts {
  readonly kind: "tcx-program";
  readonly hook: "tcx-ingress" | "tcx-egress" | "netkit-primary" | "netkit-peer";
  readonly program: ProgramFacts;
  /** The BPF link that attaches it. */
  readonly linkId?: number;
}

/** An eBPF program that is attached to a hook of netfilter. The kernel doesn't say in which network namespace. */
export interface NetfilterProgramListener extends ListenerParts {
  readonly kind: "netfilter-program";
  /** `NFPROTO_*`. */
  readonly family: number;
  readonly hook: number;
  readonly priority: number;
  readonly program: ProgramFacts;
  readonly linkId: number;
}

/** An eBPF program that is attached to a whole network namespace, such as a `flow_dissector`. */
export interface NamespaceProgramListener extends ListenerParts {
  readonly kind: "namespace-program";
  readonly hook: string;
  readonly program: ProgramFacts;
  readonly linkId: number;
}

/** A rule of netfilter, without what it does. Its names and its comment are any text that its author chose. */
export type NetfilterRule = Omit<NetfilterListener, "action">;

/** A rule that sends copies of frames elsewhere, or the frames themselves: tc mirred, nftables dup and fwd, TEE. */
export interface MirrorListener extends ListenerParts {
  readonly kind: "mirror";
  /** Whether copies are sent, or the frames themselves. */
  readonly operation: "mirror" | "redirect";
  /** Whether the target transmits them or receives them. */
  readonly to?: "ingress" | "egress";
  readonly target: MirrorTarget;
  /** The filter of traffic control; absent for a rule of netfilter. */
  readonly trafficFilter?: TrafficFilterFacts;
  /** The rule of netfilter; absent for traffic control. */
  readonly rule?: NetfilterRule;
  /** What the filter of traffic control selects; absent unless it is a classic BPF program. */
  readonly filter?: ListenerFilter;
}

/** Where a rule sends frames. Everything is absent if the target was removed. */
export interface MirrorTarget {
  readonly ifindex?: number;
  readonly ifname?: string;
  /** The address of a router. */
  readonly gateway?: string;
  /** The shared block of traffic control whose interfaces are the targets. */
  readonly block?: number;
  /** Present if the rule computes the target. */
  readonly isComputed?: true;
}

/** An action of traffic control that passes samples to the programs that read a psample group. */
export interface SampleListener extends ListenerParts {
  readonly kind: "sample";
  readonly group: number;
  /** One frame of this many is passed. */
  readonly rate: number;
  readonly trafficFilter: TrafficFilterFacts;
}

/** A binding of a group of NFLOG or a queue of NFQUEUE by a program. */
export type ReaderFacts = Omit<NetfilterReader, "kind" | "number">;

/** A rule that passes copies of packets to NFLOG, or a program that reads a group without such a rule. */
export interface NflogListener
  extends ListenerParts,
    Omit<Extract<PassingAction, { kind: "nflog" }>, "kind"> {
  readonly kind: "nflog";
  readonly rule?: NetfilterRule;
  readonly readers: readonly ReaderFacts[];
}

/** A rule that passes packets to NFQUEUE, or a program that reads a queue without such a rule. */
export interface NfqueueListener
  extends ListenerParts,
    Omit<Extract<PassingAction, { kind: "nfqueue" }>, "kind"> {
  readonly kind: "nfqueue";
  readonly rule?: NetfilterRule;
  readonly readers: readonly ReaderFacts[];
}

/** The processes that read what is sent by a tun, tap, macvtap or ipvtap device, for example for a virtual machine. */
export interface TapReaderListener extends ListenerParts {
  readonly kind: "tap-reader";
}

/**
 * A raw IP socket (raw(7)). It receives only packets that are delivered to this host, whether or not an interface is
 * promiscuous.
 */
export interface RawSocketListener extends ListenerParts {
  readonly kind: "raw-socket";
  readonly family: "ipv4" | "ipv6";
  /** The number of the IP protocol. */
  readonly protocol: number;
  /** The protocol's name, for example `ICMP`; absent if it has none here. */
  readonly protocolName?: string;
  readonly inode: number;
  readonly uid: number;
  readonly user?: string;
  readonly filter: ListenerFilter;
}

/** Something that wasn't examined, so that there may be listeners which the report doesn't name. */
export interface NotLookedAt {
  /** What wasn't examined, as a noun phrase: "the nftables rules". */
  readonly what: string;
  /**
   * - `privilege`: the kernel refused because a capability is missing
   * - `incomplete`: there is too much of it, or it kept changing while it was read
   * - `refused`: the kernel refused for another reason, or its answer couldn't be read
   * - `not-examined`: promisc can't examine this here
   * - `never`: promisc examines it on no machine
   */
  readonly why: "privilege" | "incomplete" | "refused" | "not-examined" | "never";
  readonly reason: string;
  /** How to see it, if there is a way. */
  readonly remedy?: string;
  /** The network namespaces that this is about; absent if it is about the whole machine. */
  readonly namespaces?: readonly NamespaceFacts[];
}
