// A Linux host's answers to the scanner's probes, in bytes.

import { readBe16 } from "../../../src/wire/network-order.js";
import { ETH_P_ARP, ETH_P_IP } from "../../../src/wire/packet/link/ether-type.js";

const ETHERNET = 14;
const IPV4 = 20;
const IPV6 = 40;
const OPTIONS = 8;

/** The host that answers. */
export interface Answerer {
  /** Six bytes. */
  readonly mac: Uint8Array;
  /** Sixteen bytes, for answers to probes that are sent to all nodes. */
  readonly ipv6: Uint8Array;
}

/**
 * Returns the answer to a probe's frame, without padding and correct checksums, which the kernel doesn't check for a
 * packet socket.
 */
export function answerTo(probe: Uint8Array, host: Answerer): Uint8Array {
  const type = readBe16(probe, 12);
  const answer =
    type === ETH_P_ARP
      ? arpReply(probe, host)
      : type === ETH_P_IP
        ? echoReply(probe)
        : icmp6Answer(probe, host);
  answer.set(probe.subarray(6, 12), 0);
  answer.set(host.mac, 6);
  return answer;
}

/** Returns the packet with sender and target exchanged (RFC 826). */
function arpReply(probe: Uint8Array, { mac }: Answerer): Uint8Array {
  const answer = probe.slice(0, ETHERNET + 28);
  const arp = answer.subarray(ETHERNET);
  arp[7] = 2;
  arp.copyWithin(18, 8, 18);
  arp.set(mac, 8);
  arp.set(probe.subarray(ETHERNET + 24, ETHERNET + 28), 14);
  return answer;
}

function echoReply(probe: Uint8Array): Uint8Array {
  const answer = probe.slice();
  exchangeEnds(answer, ETHERNET + 12, 4);
  answer[ETHERNET + IPV4] = 0;
  return answer;
}

function icmp6Answer(probe: Uint8Array, { mac, ipv6 }: Answerer): Uint8Array {
  const next = probe[ETHERNET + 6];
  const type = probe[ETHERNET + IPV6];
  const answer =
    next === 60 ? parameterProblem(probe) : type === 135 ? advertisement(probe, mac) : probe.slice();
  if (next === 58 && type === 128) answer[ETHERNET + IPV6] = 129;
  exchangeEnds(answer, ETHERNET + 8, 16);
  // A host doesn't answer from a group's address.
  if (answer[ETHERNET + 8] === 0xff) answer.set(ipv6, ETHERNET + 8);
  return answer;
}

/** Returns a message that quotes the invalid packet (RFC 4443, section 3.4). */
function parameterProblem(probe: Uint8Array): Uint8Array {
  const packet = probe.subarray(ETHERNET);
  const answer = new Uint8Array(ETHERNET + IPV6 + OPTIONS + packet.length);
  answer.set(probe.subarray(0, ETHERNET + IPV6));
  answer[ETHERNET + 6] = 58;
  answer.set([4, 2], ETHERNET + IPV6);
  answer.set(packet, ETHERNET + IPV6 + 8);
  return answer;
}

/** Returns an advertisement with the option for the hardware address (RFC 4861, section 4.4). */
function advertisement(probe: Uint8Array, mac: Uint8Array): Uint8Array {
  const answer = probe.slice(0, ETHERNET + IPV6 + 32);
  const message = answer.subarray(ETHERNET + IPV6);
  message[0] = 136;
  message.set([2, 1, ...mac], 24);
  return answer;
}

/**
 * Exchanges the source and destination addresses of a packet.
 * @param at the offset of the source, which the destination follows
 * @param size the size of each address
 */
function exchangeEnds(packet: Uint8Array, at: number, size: number): void {
  const source = packet.slice(at, at + size);
  packet.copyWithin(at, at + size, at + 2 * size);
  packet.set(source, at + size);
}
