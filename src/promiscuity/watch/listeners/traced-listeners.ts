import type { CallRecord } from "../../../linux/bpf/call-record.js";
import type { ProcessDetails } from "../../../linux/process/process-details.js";
import { AF_PACKET, AF_XDP } from "../../../wire/kernel/address-family.js";
import { PACKET_MR_PROMISC } from "../../../wire/kernel/packet-mreq.js";

/** What traced system calls said about a socket. */
export interface TracedListener {
  readonly process: ProcessDetails;
  readonly uid: number;
  readonly family: number;
  /** 0 if it isn't known, or if the socket receives nothing. */
  readonly protocol: number;
  /** The index of the interface; 0 for all of them. */
  readonly index: number;
  readonly queue?: number;
  /** Whether the socket was seen to make an interface promiscuous. The change of its count is then reported. */
  readonly isHolder: boolean;
  /** When the first call was seen, by performance.now(). */
  readonly since: number;
}

/**
 * How long to wait after a call before the socket is examined, in milliseconds. Programs attach a filter soon after they
 * open the socket.
 */
const SETTLE_MS = 50;

/** The most sockets that wait to be examined. */
const MOST = { privileged: 4096, unprivileged: 256, ofOneUnprivileged: 64 };

/** The sockets that traced system calls were about, until they are examined. */
export class TracedListeners implements Disposable {
  readonly #waiting = new Map<number, Map<number, TracedListener>>();
  readonly #counts = { privileged: 0, unprivileged: 0 };
  #timer: NodeJS.Timeout | undefined;
  #leftOut = 0;
  /** Called some time after a call was seen. Until this is set, the sockets wait. */
  onSettled: (() => void) | undefined;
  /** Returns whether only root could create a network namespace. Until this is set, none counts as such. */
  isPrivileged: (netns: number) => boolean = () => false;

  /**
   * Takes a traced call.
   * @param describe describes the process that made it
   */
  add(call: CallRecord, describe: () => ProcessDetails): void {
    const { netns, socketInode } = call;
    const known = this.#waiting.get(netns)?.get(socketInode);
    if (call.kind === "membership") {
      if (known && call.change === "add" && call.request?.type === PACKET_MR_PROMISC)
        this.#set(netns, socketInode, { ...known, isHolder: true });
      return;
    }
    if (call.kind !== "socket" && call.kind !== "bind" && call.kind !== "filter") return;
    if (!known && !this.#reserve(netns)) {
      this.#leftOut++;
      return;
    }
    const { uid } = call;
    const base = known ?? {
      process: describe(),
      uid,
      family: AF_PACKET,
      protocol: 0,
      index: 0,
      isHolder: false,
      since: performance.now(),
    };
    this.#set(netns, socketInode, { ...base, ...learn(base, call) });
    this.#timer ??= setTimeout(() => this.#settle(), SETTLE_MS);
  }

  #set(netns: number, inode: number, traced: TracedListener): void {
    const ofNamespace = this.#waiting.get(netns);
    if (ofNamespace) ofNamespace.set(inode, traced);
    else this.#waiting.set(netns, new Map([[inode, traced]]));
  }

  #reserve(netns: number): boolean {
    const which = this.isPrivileged(netns) ? "privileged" : "unprivileged";
    const ofNamespace = this.#waiting.get(netns)?.size ?? 0;
    if (this.#counts[which] >= MOST[which]) return false;
    if (which === "unprivileged" && ofNamespace >= MOST.ofOneUnprivileged) return false;
    this.#counts[which]++;
    return true;
  }

  #settle(): void {
    this.#timer = undefined;
    this.onSettled?.();
    // Those that can't be examined yet wait.
    if (this.#waiting.size > 0) this.#timer ??= setTimeout(() => this.#settle(), SETTLE_MS);
  }

  /** The inode numbers of the network namespaces in which sockets wait. */
  get namespaces(): readonly number[] {
    return [...this.#waiting.keys()];
  }

  /** Returns the sockets of a namespace that wait, by their inode numbers. */
  of(netns: number): ReadonlyMap<number, TracedListener> {
    return this.#waiting.get(netns) ?? new Map();
  }

  /** Removes the sockets of a namespace. */
  forget(netns: number): void {
    this.#waiting.delete(netns);
    this.#counts.privileged = 0;
    this.#counts.unprivileged = 0;
    for (const [each, { size }] of this.#waiting)
      this.#counts[this.isPrivileged(each) ? "privileged" : "unprivileged"] += size;
  }

  /** Returns how many sockets were left out since the last call, because too many waited. */
  takeLeftOut(): number {
    const left = this.#leftOut;
    this.#leftOut = 0;
    return left;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.onSettled = undefined;
  }
}

/** Returns what a call says about its socket. */
function learn(
  known: Pick<TracedListener, "protocol">,
  call: Extract<CallRecord, { kind: "socket" | "bind" | "filter" }>,
): Partial<TracedListener> {
  if (call.kind === "socket") return { family: call.family, protocol: call.protocol };
  if (call.kind === "filter" || !call.request) return {};
  const { family, index, queue, protocol } = call.request;
  if (family === AF_XDP) return { family, index, ...(queue === undefined ? {} : { queue }) };
  // Without a protocol, the socket keeps the one that it has.
  return { family: AF_PACKET, index, protocol: protocol || known.protocol };
}
