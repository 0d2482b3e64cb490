import { setTimeout as sleep } from "node:timers/promises";
import { checkOptions } from "../../../check-options.js";
import { PromiscError, usageError } from "../../../errors.js";
import { errnoOf } from "../../../linux/ffi/errno.js";
import { Rtnetlink } from "../../../linux/netlink/rtnetlink.js";
import { PacketSender } from "../../../linux/packet/packet-send.js";
import { boundTcpSocket } from "../../../linux/socket/tcp-socket.js";
import { present } from "../../../present.js";
import { WakeQueue } from "../../../wake-queue.js";
import { whenAborted } from "../../../when-aborted.js";
import { ipv4AddressAt } from "../../../wire/inet-address.js";
import { AF_INET } from "../../../wire/kernel/address-family.js";
import { ethernetInterface } from "../../ethernet-interface.js";
import { knownAddresses, unownedAddress } from "../../unowned-address.js";
import { inventAddress } from "../invented-address.js";
import { Attempts } from "./attempts.js";
import { Conversation } from "./conversation.js";
import type { DecoyLoginEvent, DecoyLoginUse } from "./event.js";
import { NeighbourTable } from "./neighbour-table.js";
import { type DecoyLoginOptions, type DecoyLoginPlan, decoyLoginOptions, planDecoyLogin } from "./options.js";
import { inventCredential } from "./protocol.js";
import { LoginServer } from "./server.js";

/** Milliseconds between two segments. A real session on a LAN has about the same pace. */
const SEGMENT_INTERVAL_MS = 10;

/**
 * Runs the decoy login: sends complete sessions with an invented login in clear text, as if somebody logged in to this
 * host, to Ethernet addresses that nobody has. Only a sniffer sees them. Meanwhile it listens on this host for anyone
 * who uses the login, and refuses every login. If nobody uses it, that proves nothing.
 *
 * It starts when the first event is requested, in the network namespace that the calling thread is in at that time, and
 * then runs independently of further requests. It ends by itself. If `signal` aborts or the iteration is left early, it
 * ends at once, without an `end` event.
 * @throws PromiscError `usage` if an option is out of bounds, or if the interface isn't Ethernet or has no IPv4
 *   address; `privilege` without CAP_NET_RAW, or without CAP_NET_BIND_SERVICE for a port below 1024; `kernel` if a
 *   service already uses the port, or if the interface isn't up; `no-interface` if there is no such interface
 */
export async function* decoyLogin(options: DecoyLoginOptions): AsyncGenerator<DecoyLoginEvent, void> {
  checkOptions("decoyLogin", options, decoyLoginOptions);
  const plan = planDecoyLogin(options);
  const { operation, protocol, port, rounds } = plan;
  const { signal } = options;
  if (signal?.aborted) return;

  const { index, ifname, mac, server, clientMac, serverMac } = prepare(options, operation);
  const client = inventAddress(4, new Set());
  const address = ipv4AddressAt(server, 0);
  const credential = inventCredential();
  const conversation = new Conversation(
    { client: client.bytes, server, port, clientMac, serverMac, source: mac },
    protocol.session(credential),
  );
  const events = new WakeQueue<DecoyLoginEvent>();
  using neighbours = new NeighbourTable(index);
  const attempts = new Attempts(
    credential,
    address,
    (of) => neighbours.macOf(of),
    (attempt) => events.push(attempt),
  );
  using sender = new PacketSender(index, operation);
  using listener = new LoginServer(
    boundTcpSocket(server, port, operation),
    protocol,
    (login, peer) => attempts.take(login, peer),
    (cause) => events.close(serverError(operation, cause)),
  );
  const stopped = new AbortController();

  const frames = rounds * conversation.length;
  events.push({
    event: "start",
    ifname,
    protocol: plan.name,
    address,
    port,
    ...credential,
    client: client.text,
    frames,
  });
  void sendRounds(conversation, sender, plan, stopped.signal, (round) =>
    events.push({ event: "sent", round }),
  )
    .then(() => sleep(plan.wait, undefined, { signal: stopped.signal }))
    .then(
      () => {
        const uses = attempts.uses();
        const { others, untold } = attempts;
        const { connections, refused } = listener;
        events.push({
          event: "end",
          frames,
          uses,
          others,
          untold,
          connections,
          refused,
          words: wordsFor(uses),
        });
        events.close();
      },
      (error) => events.close(error),
    );

  const stop = (): void => {
    events[Symbol.dispose]();
    stopped.abort();
    listener[Symbol.dispose]();
  };
  using _abortion = whenAborted(signal, stop);
  try {
    yield* events;
  } finally {
    stop();
  }
}

async function sendRounds(
  conversation: Conversation,
  sender: PacketSender,
  { rounds, interval }: DecoyLoginPlan,
  signal: AbortSignal,
  tell: (round: number) => void,
): Promise<void> {
  for (let round = 1; round <= rounds; round++) {
    if (round > 1) await sleep(interval, undefined, { signal });
    for (const frame of conversation.round()) {
      sender.send(frame);
      await sleep(SEGMENT_INTERVAL_MS, undefined, { signal });
    }
    tell(round);
  }
}

function wordsFor(uses: readonly DecoyLoginUse[]): string {
  return uses.length === 0
    ? "nobody used the login: nobody saw it, or whoever did leaves it alone, or comes later"
    : "somebody used a login that only a promiscuous card could show them";
}

interface LoginDecoyInterface {
  readonly index: number;
  readonly ifname: string;
  readonly mac: string;
  /** An IPv4 address of this host. */
  readonly server: Uint8Array;
  /** Ethernet addresses that nobody has. */
  readonly clientMac: string;
  readonly serverMac: string;
}

function prepare(options: DecoyLoginOptions, operation: string): LoginDecoyInterface {
  using rtnetlink = new Rtnetlink();
  const { link, mac, addresses } = ethernetInterface(rtnetlink, options.interface, operation);
  const server = addresses.find(({ family }) => family === AF_INET)?.local;
  if (!server)
    throw usageError(
      operation,
      "the interface has no IPv4 address",
      "give one that has: promisc show lists them",
    );
  const known = knownAddresses(rtnetlink);
  const clientMac = unownedAddress(known);
  const serverMac = unownedAddress(known.add(clientMac));
  return { index: link.index, ifname: link.name ?? options.interface, mac, server, clientMac, serverMac };
}

function serverError(operation: string, cause: Error): PromiscError {
  return new PromiscError({
    code: "kernel",
    operation,
    ...present({ errno: errnoOf(cause) }),
    onlyReason: true,
    reason: cause.message,
    cause,
  });
}
