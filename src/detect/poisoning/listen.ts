import { checkOptions, type OptionKinds } from "../../check-options.js";
import { Rtnetlink } from "../../linux/netlink/rtnetlink.js";
import { interfaceOfDefaultRoute } from "../ethernet-interface.js";
import type { PoisoningEvent } from "./event.js";
import { PoisoningListener } from "./listener.js";

export interface ListenOptions {
  /** The interface to listen on. Defaults to the one that `scan` would use. */
  readonly interface?: string;
  /** Ends listening. */
  readonly signal?: AbortSignal;
}

const listenOptions: OptionKinds<ListenOptions> = { interface: "string?", signal: "signal?" };

/**
 * Listens to ARP and neighbour discovery on a link, and reports what poisoned tables would explain. Poisoning is the
 * usual way to sniff on a switch. It sends nothing and makes nothing promiscuous, so it hears only frames that are for
 * everyone or for this host. It starts when the first event is requested, and ends with the signal, or with an error when
 * the interface disappears.
 * @returns the events, the first of which is a {@link ListenStart}
 * @throws PromiscError `privilege` without CAP_NET_RAW, `no-interface` if there is no such interface, `usage` if it
 *   isn't Ethernet, `kernel` if it is down
 */
export async function* listenForPoisoning(options: ListenOptions = {}): AsyncGenerator<PoisoningEvent, void> {
  checkOptions("listenForPoisoning", options, listenOptions);
  const { interface: name = usualInterface(), signal } = options;
  using listener = new PoisoningListener(name, `listen on ${name}`, signal);
  yield { event: "start", ifname: listener.ifname };
  yield* listener.events();
}

/** Returns the interface that a scan would use. */
function usualInterface(): string {
  using rtnetlink = new Rtnetlink();
  return interfaceOfDefaultRoute(rtnetlink, "scan").name ?? "";
}
