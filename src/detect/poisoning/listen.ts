import { Rtnetlink } from "../../linux/netlink/rtnetlink.js";
import { interfaceOfDefaultRoute } from "../ethernet-interface.js";
import type { PoisoningEvent } from "./event.js";
import { Listener } from "./listener.js";

export interface ListenOptions {
  /** Unless told, the one that `scan` takes. */
  readonly interface?: string;
  /** Ends it. */
  readonly signal?: AbortSignal;
  /** Called once, before the first event. */
  readonly onReady?: (start: ListenStart) => void;
}

export interface ListenStart {
  /** The interface that is listened on. */
  readonly ifname: string;
}

/**
 * Listens to what ARP and neighbour discovery say on a link, and tells of what poisoning would explain: that is how one
 * sniffs on a switch. It sends nothing and makes nothing promiscuous, so it hears what is for everyone and for this host.
 * It begins at once, and ends with the signal, or with an error when the interface disappears.
 * @throws PromiscError `privilege` without CAP_NET_RAW, `no-interface`, `usage` if it isn't Ethernet, `kernel` if it is
 *   down
 */
export function listenForPoisoning(options: ListenOptions = {}): AsyncGenerator<PoisoningEvent, void> {
  const { interface: name = usualInterface(), signal, onReady } = options;
  const listener = new Listener(name, `listen on ${name}`, signal);
  return tell(listener, () => onReady?.({ ifname: listener.ifname }));
}

/** The one that a scan takes. */
function usualInterface(): string {
  using rtnetlink = new Rtnetlink();
  return interfaceOfDefaultRoute(rtnetlink, "scan").name ?? "";
}

async function* tell(listener: Listener, onReady: () => void): AsyncGenerator<PoisoningEvent, void> {
  using listening = listener;
  onReady();
  yield* listening.events();
}
