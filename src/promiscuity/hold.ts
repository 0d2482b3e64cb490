import { checkNames, checkOptions, type OptionKinds } from "../check-options.js";
import { DisposableList } from "../disposable-list.js";
import { LinkEvents } from "../linux/netlink/link-events.js";
import { Rtnetlink } from "../linux/netlink/rtnetlink.js";
import { MembershipSocket } from "../linux/packet/membership-socket.js";
import { whenAborted } from "../when-aborted.js";
import type { Link } from "../wire/kernel/rtnetlink/link.js";
import { resolveLink, spoken } from "./interface-name.js";
import { describeChange, type PromiscuityChange } from "./promiscuity.js";

/** Interfaces that stay promiscuous until this object is disposed of, or the process ends for any reason. */
export interface PromiscuousHold extends Disposable {
  /** What the hold changed on each interface, in the order in which they were named. */
  readonly interfaces: readonly PromiscuityChange[];
  /** Releases the hold, as disposing of it does, and returns what that changed on each interface that still exists. */
  release(): PromiscuityChange[];
}

/** Options of {@link holdPromiscuous}. */
export interface HoldOptions {
  /**
   * Called when a held interface is removed or moved to another network namespace, which ends the hold on it. With this
   * callback the hold keeps the event loop alive.
   */
  readonly onGone?: (ifname: string) => void;
  /** Releases the hold when it aborts. */
  readonly signal?: AbortSignal;
}

const holdOptions: OptionKinds<HoldOptions> = { onGone: "function?", signal: "signal?" };

/**
 * Makes interfaces promiscuous by the membership of a packet socket (`PACKET_MR_PROMISC`, packet(7)). The kernel counts
 * it in addition to the administrator's flag and all other holders, and drops it when the socket is closed, even after
 * `kill -9`. If one of the interfaces can't be held, none is.
 *
 *     using hold = holdPromiscuous("eth0");
 *
 * @param names one interface, or several: names, alternative names, or names as `ip` prints them (`veth0@if7`)
 * @returns the hold, which lasts until it is released
 * @throws PromiscError `privilege` without CAP_NET_RAW, `usage` if a name can't be an interface's, `no-interface` if
 *   there is no such interface
 */
export function holdPromiscuous(
  names: string | readonly string[],
  options: HoldOptions = {},
): PromiscuousHold {
  checkNames("holdPromiscuous", "names", names);
  checkOptions("holdPromiscuous", options, holdOptions);
  const { onGone, signal } = options;
  const wanted = typeof names === "string" ? [names] : names;
  const resources = new DisposableList();
  try {
    using rtnetlink = new Rtnetlink();
    const links = wanted.map((name) => resolveLink(rtnetlink, name, holding(name)));
    // Subscribe before joining, so that no removal is missed in between.
    if (onGone) resources.add(watchRemoval(links, onGone));
    const socket = resources.add(new MembershipSocket(holding(...wanted)));
    const interfaces = links.map((link) =>
      observe(rtnetlink, link, () => socket.joinPromiscuous(link.index, holding(link.name))),
    );
    const dispose = (): void => resources[Symbol.dispose]();
    resources.add(whenAborted(signal, dispose));
    return { interfaces, release: () => release(links, dispose), [Symbol.dispose]: dispose };
  } catch (error) {
    resources[Symbol.dispose]();
    throw error;
  }
}

/** The operation as a phrase that follows "cannot" in an error. */
function holding(...names: (string | undefined)[]): string {
  return `hold ${names.map((name = "") => spoken(name)).join(" ")} promiscuous`;
}

/** Reads a link before and after calling `change`. */
function observe(rtnetlink: Rtnetlink, { index, name = "" }: Link, change: () => void): PromiscuityChange {
  const operation = holding(name);
  const before = rtnetlink.link(index, operation);
  change();
  return describeChange(before, rtnetlink.link(index, operation));
}

function release(links: readonly Link[], dispose: () => void): PromiscuityChange[] {
  using rtnetlink = new Rtnetlink();
  const before = links.flatMap(({ index }) => rtnetlink.linkIfExists(index) ?? []);
  dispose();
  return before.flatMap((link) => {
    const after = rtnetlink.linkIfExists(link.index);
    return after ? [describeChange(link, after)] : [];
  });
}

function watchRemoval(links: readonly Link[], onGone: (ifname: string) => void): Disposable {
  const held = new Map(links.map((link) => [link.index, link.name ?? ""]));
  const gone = (index: number): void => {
    const name = held.get(index);
    if (name === undefined) return;
    held.delete(index);
    onGone(name);
  };
  return new LinkEvents((events) => {
    for (const event of events)
      if (event.kind === "removed") gone(event.link.index);
      else if (event.kind === "lost") {
        using rtnetlink = new Rtnetlink();
        for (const index of held.keys()) if (!rtnetlink.linkIfExists(index)) gone(index);
      }
  });
}
