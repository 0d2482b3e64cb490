import { EINVAL, EOPNOTSUPP, hasErrno } from "../../linux/ffi/errno.js";
import { InterfaceIoctl } from "../../linux/interface/interface-ioctl.js";
import { isWireless } from "../../linux/interface/wireless.js";
import { Rtnetlink } from "../../linux/netlink/rtnetlink.js";
import * as arphrd from "../../wire/kernel/rtnetlink/arphrd.js";
import { IFF_LOOPBACK, IFF_RUNNING, IFF_UP, type Link } from "../../wire/kernel/rtnetlink/link.js";
import { ANY_INTERFACE } from "./live-interface.js";

/** Whether a network is connected to an interface; `not-applicable` if that has no meaning for it. */
export type Connection = "connected" | "disconnected" | "unknown" | "not-applicable";

/** An interface that can be captured on, as `promisc capture -D` lists it. */
export interface CaptureDevice {
  /** Counts from 1. */
  readonly number: number;
  readonly name: string;
  readonly up: boolean;
  readonly running: boolean;
  readonly loopback: boolean;
  readonly wireless: boolean;
  readonly connection: Connection;
}

/** Interfaces of these types (`ARPHRD_*`) are wireless, besides those that are known to be WLAN. */
const wirelessTypes: readonly number[] = [
  arphrd.ARPHRD_IEEE80211,
  arphrd.ARPHRD_IEEE80211_PRISM,
  arphrd.ARPHRD_IEEE80211_RADIOTAP,
  arphrd.ARPHRD_IEEE802154,
  arphrd.ARPHRD_IEEE802154_MONITOR,
];

/**
 * Returns the interfaces that can be captured on, {@link ANY_INTERFACE} included, in the order in which libpcap lists
 * them: those that are most likely to have packets come first.
 * @throws PromiscError `privilege` or `kernel` if the kernel doesn't list them
 */
export function captureDevices(): CaptureDevice[] {
  using rtnetlink = new Rtnetlink();
  using ioctl = new InterfaceIoctl();
  const any = {
    name: ANY_INTERFACE,
    up: true,
    running: true,
    loopback: false,
    wireless: false,
    connection: "not-applicable",
  } as const;
  const devices = [...rtnetlink.links().flatMap((link) => describe(ioctl, link) ?? []), any];
  return devices
    .sort((one, other) => rank(one) - rank(other))
    .map((device, index) => ({ number: index + 1, ...device }));
}

type Device = Omit<CaptureDevice, "number">;

function describe(ioctl: InterfaceIoctl, { name, type, flags }: Link): Device | undefined {
  if (name === undefined) return undefined;
  const loopback = (flags & IFF_LOOPBACK) !== 0;
  return {
    name,
    up: (flags & IFF_UP) !== 0,
    running: (flags & IFF_RUNNING) !== 0,
    loopback,
    wireless: !loopback && (wirelessTypes.includes(type) || isWireless(name)),
    connection: loopback ? "not-applicable" : connectionOf(ioctl, name),
  };
}

function connectionOf(ioctl: InterfaceIoctl, name: string): Connection {
  try {
    return ioctl.hasLink(name, `read whether ${name} is connected`) ? "connected" : "disconnected";
  } catch (error) {
    return hasErrno(error, EOPNOTSUPP) || hasErrno(error, EINVAL) ? "not-applicable" : "unknown";
  }
}

/** Returns libpcap's figure of merit (pcap.c): devices with a smaller one come first. */
function rank({ name, up, running, loopback, wireless, connection }: Device): number {
  const isDisconnected = connection === "disconnected" && !wireless;
  return (
    (running ? 0 : 16) +
    (up ? 0 : 8) +
    (isDisconnected ? 4 : 0) +
    (loopback ? 2 : 0) +
    (name === ANY_INTERFACE ? 1 : 0)
  );
}
