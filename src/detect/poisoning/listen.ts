import { Rtnetlink } from "../../linux/netlink/rtnetlink.js";
import { interfaceOfDefaultRoute } from "../ethernet-interface.js";
import type { PoisoningEvent } from "./event.js";
import { Listener } from "./listener.js";

export interface ListenOptions {
  /** The interface to listen on. Defaults to the one that `scan` would use. */
  readonly interface?: string;
  /** Ends listening. */
  readonly signal?: AbortSignal;
  /** Called once, before the first event. */
  readonly onReady?: (start: ListenStart) => void;
}

export interface ListenStart {
  /** The interface that is listened on. */
  readonly ifname: string;
}

/**
 * Listens to ARP and neighbour discovery on a link, and reports what poisoned tables would explain. Poisoning is the
 * usual way to sniff on a switch. It sends nothing and makes nothing promiscuous, so it hears only frames that are for
 * everyone or for this host. It starts at once, and ends with the signal, or with an error when the interface
 * disappears.
 * @throws PromiscError `privilege` without CAP_NET_RAW, `no-interface` if there is no such interface, `usage` if it
 *   isn't Ethernet, `kernel` if it is down
 */
export function listenForPoisoning(options: ListenOptions = {}): AsyncGenerator<PoisoningEvent, void> {
  const { interface: name = usualInterface(), signal, onReady } = options;
  const listener = new Listener(name, `listen on ${name}`, signal);
  return tell(listener, () => onReady?.({ ifname: listener.ifname }));
}

/** Returns the interface that a scan would use. */
function usualInterface(): string {
  using rtnetlink = new Rtnetlink();
  return interfaceOfDefaultRoute(rtnetlink, "scan").name ?? "";
}

async function* tell(listener: Listener, onReady: () => void): AsyncGenerator<PoisoningEvent, void> {
  using listening = listener;
  onReady();
  yield* listening.events();
}
