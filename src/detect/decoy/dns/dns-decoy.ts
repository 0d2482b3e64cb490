import { getServers } from "node:dns";
import { setTimeout as sleep } from "node:timers/promises";
import { type LiveCapture, openCapture } from "../../../capture/live/capture.js";
import type { CaptureOptions } from "../../../capture/live/options.js";
import { checkOptions } from "../../../check-options.js";
import { PromiscError } from "../../../errors.js";
import { describeErrno, ENETDOWN } from "../../../linux/ffi/errno.js";
import { Rtnetlink } from "../../../linux/netlink/rtnetlink.js";
import { PacketSender } from "../../../linux/packet/packet-send.js";
import { WakeQueue } from "../../../wake-queue.js";
import { whenAborted } from "../../../when-aborted.js";
import { AF_INET6 } from "../../../wire/kernel/address-family.js";
import { type EthernetInterface, ethernetInterface } from "../../ethernet-interface.js";
import { knownAddresses, unownedAddress } from "../../unowned-address.js";
import { Askers } from "./askers.js";
import { inventSlots } from "./decoy.js";
import type { DnsDecoyEvent } from "./event.js";
import { QueryListener } from "./listener.js";
import { type DnsDecoyOptions, dnsDecoyOptions, planDnsDecoy } from "./options.js";
import { QUERY_FILTER } from "./query.js";
import { DecoySender } from "./sender.js";

/** How many bytes of a frame are read. A query for one name is never longer. */
const SNAP_LENGTH = 2048;
const BUFFER_SIZE = 1024 * 1024;

/**
 * Runs the DNS decoy: sends frames between invented IP addresses to an Ethernet address that nobody has, and listens
 * for hosts that ask for the names of these addresses. Only a host whose card is promiscuous receives such a frame. If
 * it resolves names, as tcpdump does without `-n`, its query gives it away. A host that asks nothing may still be a
 * sniffer.
 *
 * It starts when the first event is requested, in the network namespace that the calling thread is in at that time, and
 * then sends independently of further requests. It ends by itself. If `signal` aborts or the iteration is left early,
 * it ends at once, without an `end` event.
 * @throws PromiscError `usage` if an option is out of bounds or the interface isn't Ethernet, `privilege` without
 *   CAP_NET_RAW, `no-interface` if there is no such interface, `kernel` if the interface isn't up
 */
export async function* dnsDecoy(options: DnsDecoyOptions): AsyncGenerator<DnsDecoyEvent, void> {
  checkOptions("dnsDecoy", options, dnsDecoyOptions);
  const plan = planDnsDecoy(options);
  const { signal, targets, promiscuous = false } = options;
  if (signal?.aborted) return;

  const { link, mac, destination, versions } = prepare(options, plan.operation);
  const slots = inventSlots(targets, plan.rounds, versions);
  const askers = new Askers(targets, options.resolvers ?? resolversHere());
  const events = new WakeQueue<DnsDecoyEvent>();
  const listener = new QueryListener(targets, slots, askers, (query) => events.push(query));
  using socket = new PacketSender(link.index, plan.operation);
  // Queries that are missed while the interface is down would count as silence.
  const onDown = (): void => events.close(wentDown(plan.operation));
  using capture = open(link.name ?? options.interface, { promiscuous, onInterface: onDown });
  const sender = new DecoySender(socket, { source: mac, destination });
  const stopped = new AbortController();

  events.push({
    event: "start",
    ifname: link.name ?? options.interface,
    promiscuous,
    sees: promiscuous
      ? "every query that reaches this card: a switch keeps those to others away"
      : "only queries that come to this host",
    frames: slots.length * versions.length,
    destination,
  });
  const heard = capture.each((packet) => listener.take(packet));
  const sent = sender
    .send(slots, plan.interval, stopped.signal, (slot) => events.push(slot))
    .then(() => sleep(plan.wait, undefined, { signal: stopped.signal }))
    .then(() => capture.stop());
  void Promise.all([sent, heard]).then(
    () => {
      const { malformed, untold } = listener;
      events.push({ event: "end", results: listener.results(), frames: sender.frames, malformed, untold });
      events.close();
    },
    (error) => events.close(error),
  );

  const stop = (): void => {
    events[Symbol.dispose]();
    stopped.abort();
    capture[Symbol.dispose]();
  };
  using _abortion = whenAborted(signal, stop);
  try {
    yield* events;
  } finally {
    stop();
  }
}

interface DnsDecoyInterface extends EthernetInterface {
  /** An Ethernet address that nobody has. */
  readonly destination: string;
  /** The versions of IP that are in use on this LAN. */
  readonly versions: readonly (4 | 6)[];
}

function prepare(options: DnsDecoyOptions, operation: string): DnsDecoyInterface {
  using rtnetlink = new Rtnetlink();
  const found = ethernetInterface(rtnetlink, options.interface, operation);
  const targets = options.targets.map(({ mac }) => mac.toLowerCase());
  const destination = unownedAddress(new Set([...knownAddresses(rtnetlink), ...targets]));
  return {
    ...found,
    destination,
    versions: found.addresses.some(({ family }) => family === AF_INET6) ? [4, 6] : [4],
  };
}

/**
 * Starts listening before the first frame is sent. Without libpcap more packets arrive than needed, and the listener
 * ignores them.
 */
function open(name: string, told: Pick<CaptureOptions, "promiscuous" | "onInterface">): LiveCapture {
  const options = { ...told, snapLength: SNAP_LENGTH, bufferSize: BUFFER_SIZE, immediate: true };
  try {
    return openCapture(name, { ...options, filter: QUERY_FILTER });
  } catch (error) {
    if (!(error instanceof PromiscError && error.code === "platform")) throw error;
    return openCapture(name, options);
  }
}

function wentDown(operation: string): PromiscError {
  return new PromiscError({
    code: "kernel",
    operation,
    errno: describeErrno(ENETDOWN),
    onlyReason: true,
    reason: "the interface went down",
    hint: "set it up, and try again",
  });
}

/** Returns the name servers of this machine, without their ports: `[2001:db8::1]:53` becomes `2001:db8::1`. */
function resolversHere(): string[] {
  return getServers().map(
    (server) => /^\[(.*)\]/.exec(server)?.[1] ?? server.replace(/^([\d.]+):\d+$/, "$1"),
  );
}
