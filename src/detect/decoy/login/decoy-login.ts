import { setTimeout as sleep } from "node:timers/promises";
import { PromiscError, usageError } from "../../../errors.js";
import { Rtnetlink } from "../../../linux/netlink/rtnetlink.js";
import { PacketSender } from "../../../linux/packet/packet-send.js";
import { boundTcpSocket } from "../../../linux/socket/tcp-socket.js";
import { WakeQueue } from "../../../wake-queue.js";
import { ipv4AddressAt } from "../../../wire/inet-address.js";
import { AF_INET } from "../../../wire/kernel/address-family.js";
import { ethernetInterface } from "../../ethernet-interface.js";
import { knownAddresses, unownedAddress } from "../../unowned-address.js";
import { inventAddress } from "../invented-address.js";
import { Attempts } from "./attempts.js";
import { Conversation } from "./conversation.js";
import type { DecoyLoginEvent, DecoyLoginUse } from "./event.js";
import { NeighbourTable } from "./neighbour-table.js";
import { type DecoyLoginOptions, type DecoyLoginPlan, planDecoyLogin } from "./options.js";
import { inventCredential } from "./protocol.js";
import { LoginServer } from "./server.js";

/** Milliseconds between two segments: a session on a LAN takes about so long. */
const SEGMENT_INTERVAL_MS = 10;

/**
 * The decoy login: sends whole sessions with an invented login in clear text to Ethernet addresses that nobody has, where
 * only a sniffer sees them, as if somebody logged in to this host; and listens here for whoever uses the login. It refuses
 * every login. That nobody uses it proves nothing.
 *
 * All is opened when the first event is asked for, in the network namespace that the calling thread is in then, and goes
 * on by itself from there. It ends by itself; when `signal` aborts or the iteration is left it ends at once, without an
 * `end`.
 * @throws PromiscError `usage` for options out of bounds, and for an interface that isn't Ethernet or has no IPv4 address;
 *   `privilege` without CAP_NET_RAW, or CAP_NET_BIND_SERVICE for a port below 1024; `kernel` if a service has the port
 *   already, or the interface isn't up; `no-interface`
 */
export async function* decoyLogin(options: DecoyLoginOptions): AsyncGenerator<DecoyLoginEvent, void> {
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
    (cause) => events.close(new PromiscError({ code: "kernel", operation, reason: cause.message, cause })),
  );
  const stopped = new AbortController();

  const frames = rounds * conversation.length;
  events.push({
    event: "begin",
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
  signal?.addEventListener("abort", stop);
  try {
    yield* events;
  } finally {
    signal?.removeEventListener("abort", stop);
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
  /** This host's own address. */
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
