import { ENOBUFS, hasErrno } from "../../../linux/ffi/errno.js";
import type { PacketSender } from "../../../linux/packet/packet-send.js";
import { EVERYONE, macBytes, ProbeFrame, type Prober } from "../probe/frame.js";
import { isIpv4, isShared, kindNumber, type ProbeNumber, probeKinds } from "../probe/probe.js";
import type { Exchange } from "./exchange.js";
import type { Row } from "./host-table.js";

/** 33:33:ff and the last three bytes of an IPv6 address (RFC 4291, 2.7.1; RFC 2464, 7). */
const SOLICITED_NODE = Uint8Array.of(0x33, 0x33, 0xff, 0, 0, 0);

/** Sends probes. The frame of each kind is created once and filled in for each host. */
export class Transmitter {
  readonly #exchange: Exchange;
  readonly #sender: PacketSender;
  /** By probe: the frame of its kind. */
  readonly #frames: readonly ProbeFrame[];
  /** By probe: the destination of the frame. Undefined for the host's own address. */
  readonly #destinations: readonly (Uint8Array | undefined)[];
  sent = 0;

  constructor(
    exchange: Exchange,
    sender: PacketSender,
    prober: Prober,
    scan: Uint8Array,
    identifier: number,
  ) {
    this.#exchange = exchange;
    this.#sender = sender;
    const frames = probeKinds.map((kind) => new ProbeFrame(kind, prober, scan, identifier));
    this.#frames = exchange.probes.map(
      (number) => frames[kindNumber(exchange.probe(number).kind)] as ProbeFrame,
    );
    this.#destinations = exchange.probes.map((number) => {
      const { destination } = exchange.probe(number);
      return destination === undefined ? undefined : macBytes(destination);
    });
  }

  /**
   * Sends a probe to one host or to all hosts.
   * @param row undefined for all hosts
   * @returns false if the kernel has no room now
   */
  send(probe: ProbeNumber, row: Row | undefined, pass: number): boolean {
    const { hosts } = this.#exchange;
    const frame = this.#frames[probe] as ProbeFrame;
    const destination = this.#destinations[probe];
    if (row === undefined) {
      frame.setDestination(destination as Uint8Array, 0);
      frame.setTarget(undefined, 0, EVERYONE, probe, pass);
    } else {
      if (destination) frame.setDestination(destination, 0);
      else if (hosts.hasMac[row] === 1) frame.setDestination(hosts.mac, row * 6);
      else frame.setDestination(solicitedNode(hosts.ipv6, row * 16), 0);
      if (frame.isIpv4) frame.setTarget(hosts.ipv4, row * 4, row, probe, pass);
      else frame.setTarget(hosts.ipv6, row * 16, row, probe, pass);
    }
    try {
      this.#sender.send(frame.bytes);
    } catch (error) {
      if (hasErrno(error, ENOBUFS)) return false;
      throw error;
    }
    this.sent++;
    return true;
  }
}

function solicitedNode(ipv6: Uint8Array, at: number): Uint8Array {
  for (let byte = 3; byte < 6; byte++) SOLICITED_NODE[byte] = ipv6[at + 10 + byte] as number;
  return SOLICITED_NODE;
}

/**
 * Reports whether a probe can be sent to a host: whether the host has such an address, and whether its hardware address
 * is known if it is needed.
 */
export function canAsk(exchange: Exchange, probe: ProbeNumber, row: Row): boolean {
  const { hosts } = exchange;
  const asked = exchange.probe(probe);
  const { role } = asked;
  if (isShared(asked)) return role !== "discovery" && hosts.hasIpv6[row] === 1 && hosts.hasMac[row] === 1;
  if ((role === "discovery") === (hosts.hasMac[row] === 1)) return false;
  return isIpv4(asked) ? hosts.hasIpv4[row] === 1 : hosts.hasIpv6[row] === 1;
}
