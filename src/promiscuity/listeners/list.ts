import type { BpfLink } from "../../linux/bpf/inspect/bpf-links.js";
import { unseenRest } from "../../linux/netlink/unseen.js";
import { describeUser, type ProcessDetails } from "../../linux/process/process-details.js";
import type { TapReader } from "../../linux/process/tap-readers.js";
import { present } from "../../present.js";
import { LINKTYPE_RAW } from "../../wire/file/linktype.js";
import { AF_INET } from "../../wire/kernel/address-family.js";
import { xdpPrograms } from "../../wire/kernel/rtnetlink/xdp.js";
import type { Machine } from "../holders/machine.js";
import type { NamespaceFacts } from "../holders/namespace-facts.js";
import { describeNamespace } from "../holders/read.js";
import type { NamespaceSnapshot } from "../holders/snapshot.js";
import { FilterDescriber } from "./filter.js";
import type { Listener, ListenerParts } from "./listener.js";
import type { NotLookedAtList } from "./not-looked-at.js";
import { describePacketSocket, type FilterReader, filterOf } from "./packet-sockets.js";
import type { ProgramDirectory } from "./programs.js";
import { ipProtocolNames } from "./protocol-names.js";
import { InterfaceDirectory, listenersOfNetfilter, listenersOfTraffic } from "./rules.js";
import type { ListenerTables } from "./tables.js";

/** What is known of the machine beside the tables of its network namespaces. */
export interface MachineFacts {
  /** Returns the processes that have a socket open. */
  readonly processes: (inode: number) => readonly ProcessDetails[];
  readonly describe: (pids: readonly number[]) => readonly ProcessDetails[];
  readonly programs: ProgramDirectory;
  readonly bpfLinks: readonly BpfLink[];
  readonly taps: readonly TapReader[];
  readonly socketFilters: FilterReader;
  /** Returns the processes that have an AF_XDP socket, and whether these are all. */
  readonly xdpSocketOwners: () => { readonly pids: readonly number[]; readonly isComplete: boolean };
  readonly notLookedAt: NotLookedAtList;
}

/** The tables of a machine's network namespaces. */
export type ListenerMachine = Pick<Machine<ListenerTables>, "snapshots" | "more">;

/** Returns the ids of all eBPF programs that listen. */
export function programsOf({ snapshots, more }: ListenerMachine, bpfLinks: readonly BpfLink[]): Set<number> {
  const ids = new Set(bpfLinks.map(({ programId }) => programId));
  for (const { links } of snapshots)
    for (const link of links) for (const { programId } of xdpPrograms(link)) ids.add(programId);
  for (const { attachedPrograms, trafficFilters } of more.values()) {
    for (const { programId } of attachedPrograms) ids.add(programId);
    for (const { program, actions } of trafficFilters) {
      if (program?.id !== undefined) ids.add(program.id);
      for (const action of actions)
        if (action.kind === "bpf" && action.program.id !== undefined) ids.add(action.program.id);
    }
  }
  return ids;
}

/** Returns everything that gets copies of frames, namespace by namespace. */
export function listListeners({ snapshots, more }: ListenerMachine, facts: MachineFacts): Listener[] {
  const filters = new FilterDescriber();
  const places = snapshots.map((snapshot): Place => {
    const netns = describeNamespace(snapshot, snapshot === snapshots[0]);
    return { snapshot, netns, interfaces: new InterfaceDirectory(snapshot.links) };
  });
  const listeners = [
    ...places.flatMap((place) => {
      const tables = more.get(place.snapshot.inode);
      if (!tables) return [];
      for (const unseen of tables.unseen) facts.notLookedAt.add(unseen, place.netns);
      return listenersIn(place, tables, filters, facts);
    }),
    ...listenersOfTaps(facts, places),
    ...listenersOfLinks(facts, places),
  ];
  for (const listener of listeners) noteFilter(listener, facts);
  return listeners;
}

/** Notes a filter that couldn't be read. */
function noteFilter(listener: Listener, { socketFilters, notLookedAt }: MachineFacts): void {
  const filter = "filter" in listener ? listener.filter : undefined;
  if (filter?.kind !== "unknown") return;
  const { reason, remedy } = filter;
  const why = socketFilters.isBlind ? "privilege" : "refused";
  notLookedAt.add({ what: "the filters of sockets", why, reason, ...present({ remedy }) }, listener.netns);
}

/** A network namespace. */
export interface Place {
  readonly snapshot: Pick<NamespaceSnapshot, "inode" | "links" | "sockets">;
  readonly netns: NamespaceFacts;
  readonly interfaces: InterfaceDirectory;
}

/** Returns what the tables of a namespace show. */
export function listenersIn(
  { snapshot, netns, interfaces }: Place,
  tables: ListenerTables,
  filters: FilterDescriber,
  facts: MachineFacts,
): Listener[] {
  const { processes, programs, socketFilters, notLookedAt } = facts;
  const readers = tables.readers.map((reader) => ({
    reader,
    processes: reader.inode === undefined ? [] : processes(reader.inode),
  }));
  return [
    ...snapshot.sockets
      // A socket without a protocol receives nothing.
      .filter(({ protocol }) => protocol !== 0)
      .map((socket): Listener => {
        const index = socket.info?.index ?? 0;
        const details = tables.packetSockets.get(socket.inode);
        return {
          netns,
          ...(index === 0 ? {} : interfaces.byIndex(index)),
          ...describePacketSocket(socket, details, interfaces.link(index), socketFilters, filters),
          processes: processes(socket.inode),
        };
      }),
    ...tables.xdpQueues.map(({ index, queue, inode, uid }): Listener => {
      const place = { kind: "xdp-socket" as const, netns, ...interfaces.byIndex(index), queue };
      const user = uid === undefined ? {} : describeUser(uid);
      if (inode !== undefined) return { ...place, inode, ...user, processes: processes(inode) };
      const { pids, isComplete } = facts.xdpSocketOwners();
      if (!isComplete) notLookedAt.add(unseenRest("the processes that have AF_XDP sockets", "too-many"));
      return { ...place, processes: [], candidates: facts.describe(pids) };
    }),
    ...snapshot.links.flatMap((link) =>
      xdpPrograms(link).map(
        ({ mode, programId }): Listener => ({
          kind: "xdp-program",
          netns,
          ...interfaces.byIndex(link.index),
          direction: "ingress",
          mode,
          ...programs.find({ id: programId }),
        }),
      ),
    ),
    ...tables.attachedPrograms.map(
      ({ index, at, programId, linkId }): Listener => ({
        kind: "tcx-program",
        netns,
        ...interfaces.byIndex(index),
        ...(at === "tcx-ingress" || at === "tcx-egress"
          ? { direction: at === "tcx-ingress" ? ("ingress" as const) : ("egress" as const) }
          : {}),
        hook: at,
        ...programs.find({ id: programId }),
        ...present({ linkId }),
      }),
    ),
    ...tables.trafficFilters.flatMap((filter) =>
      listenersOfTraffic(filter, { netns, interfaces, programs, filters }, (unseen) =>
        notLookedAt.add(unseen, netns),
      ),
    ),
    ...listenersOfNetfilter(tables.rules, readers, netns, interfaces),
    ...tables.rawSockets.map(
      ({ family, protocol, inode, uid }): Listener => ({
        kind: "raw-socket",
        netns,
        family: family === AF_INET ? "ipv4" : "ipv6",
        protocol,
        ...present({ protocolName: ipProtocolNames[protocol] }),
        inode,
        ...describeUser(uid),
        processes: processes(inode),
        // Those of IPv6 examine packets from behind the IP header, for which there is no link type.
        filter: filterOf(socketFilters.read(inode), socketFilters.remedy, (program) =>
          filters.describe(program, { linkType: family === AF_INET ? LINKTYPE_RAW : undefined }),
        ),
      }),
    ),
  ];
}

/** Kinds of links whose frames a program can read from a file. */
const kindsOfTaps = new Set(["tun", "macvtap", "ipvtap"]);

/** Finds the devices of tap readers. A device that several namespaces have is named in each of them. */
function listenersOfTaps({ taps, describe }: MachineFacts, places: readonly Place[]): Listener[] {
  const byDevice = new Map<string, { listener: Listener; pids: number[] }>();
  for (const { pid, ifname, index, netns } of taps) {
    const found = places.flatMap((place) => {
      if (netns !== undefined && netns !== place.snapshot.inode) return [];
      const { ifindex } = place.interfaces.byName(ifname);
      if (ifindex === undefined || (index !== undefined && index !== ifindex)) return [];
      const kind = place.interfaces.link(ifindex)?.info?.kind ?? "";
      return kindsOfTaps.has(kind) ? [{ netns: place.netns, ifindex }] : [];
    });
    const unreached = { ifindex: index, netns: netns === undefined ? undefined : unreachedNamespace(netns) };
    const parts: Partial<ListenerParts> = found.length === 1 && found[0] ? found[0] : present(unreached);
    const key = `${parts.netns?.inode ?? ""} ${index ?? ""} ${ifname}`;
    const known = byDevice.get(key);
    if (known) known.pids.push(pid);
    else
      byDevice.set(key, {
        listener: { kind: "tap-reader", ...parts, ifname, processes: [] },
        pids: [pid],
      });
  }
  return [...byDevice.values()].map(({ listener, pids }) => ({ ...listener, processes: describe(pids) }));
}

/** Describes a namespace that wasn't read: it can't be entered, or was created after the others were found. */
function unreachedNamespace(inode: number): NamespaceFacts {
  return { inode, names: [], own: false, processes: 0 };
}

/** Returns the listeners of BPF links that the tables of namespaces don't show. */
function listenersOfLinks({ bpfLinks, programs }: MachineFacts, places: readonly Place[]): Listener[] {
  return bpfLinks.flatMap(({ id, programId, attachment }): Listener[] => {
    const parts = { ...programs.find({ id: programId }), linkId: id };
    if (attachment.kind === "netfilter") {
      const { family, hook, priority } = attachment;
      return [{ kind: "netfilter-program", family, hook, priority, ...parts }];
    }
    // Links that attach to interfaces are listed with these.
    if (attachment.kind !== "netns" || attachment.namespace === 0) return [];
    const { namespace, at } = attachment;
    const place = places.find(({ netns }) => netns.inode === namespace);
    return [
      { kind: "namespace-program", netns: place?.netns ?? unreachedNamespace(namespace), hook: at, ...parts },
    ];
  });
}
