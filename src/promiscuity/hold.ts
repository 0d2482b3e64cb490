import { DisposableList } from "../disposable-list.js";
import { LinkEvents } from "../linux/netlink/link-events.js";
import { Rtnetlink } from "../linux/netlink/rtnetlink.js";
import { MembershipSocket } from "../linux/packet/membership-socket.js";
import type { Link } from "../wire/kernel/rtnetlink/link.js";
import { resolveLink, spoken } from "./interface-name.js";
import { describeChange, type PromiscuityChange } from "./promiscuity.js";

/** Interfaces held promiscuous until this is disposed of, or the process ends in whatever way. */
export interface PromiscuousHold extends Disposable {
  /** What holding them changed, in the order in which they were named. */
  readonly interfaces: readonly PromiscuityChange[];
  /** Lets go, as disposing does, and says what that changed on the interfaces that still exist. */
  release(): PromiscuityChange[];
}

export interface HoldOptions {
  /**
   * Called when a held interface is removed or moved to another network namespace, which ends the hold on it.
   * With this the hold keeps the event loop alive.
   */
  readonly onGone?: (ifname: string) => void;
}

/**
 * Makes interfaces promiscuous by a packet socket's membership (`PACKET_MR_PROMISC`, packet(7)): the kernel counts it
 * beside the administrator's flag and all other holders, and takes it back when the socket closes, even on `kill -9`.
 * Either all are held or none.
 *
 *     using hold = holdPromiscuous("eth0");
 *
 * @throws PromiscError `privilege` without CAP_NET_RAW, `usage` for what can't be a name, `no-interface`
 */
export function holdPromiscuous(
  names: string | readonly string[],
  { onGone }: HoldOptions = {},
): PromiscuousHold {
  const wanted = typeof names === "string" ? [names] : names;
  const resources = new DisposableList();
  try {
    using rtnetlink = new Rtnetlink();
    const links = wanted.map((name) => resolveLink(rtnetlink, name, holding(name)));
    // Subscribed before the membership, so that no removal falls between the two.
    if (onGone) resources.add(watchRemoval(links, onGone));
    const socket = resources.add(new MembershipSocket(holding(...wanted)));
    const interfaces = links.map((link) =>
      observe(rtnetlink, link, () => socket.joinPromiscuous(link.index, holding(link.name))),
    );
    const dispose = (): void => resources[Symbol.dispose]();
    return { interfaces, release: () => release(links, dispose), [Symbol.dispose]: dispose };
  } catch (error) {
    resources[Symbol.dispose]();
    throw error;
  }
}

/** What is done, after "cannot" in an error. */
function holding(...names: (string | undefined)[]): string {
  return `hold ${names.map((name = "") => spoken(name)).join(" ")} promiscuous`;
}

/** Reads a link before and after what `change` does. */
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
