import type { Instruction } from "../../../src/wire/kernel/bpf/classic.js";

/** The program of a packet socket, and what it means. */
export interface GoldenProgram {
  /** Who attaches it, and where it was taken from. */
  readonly source: string;
  /** The LINKTYPE_ value of its packets. */
  readonly linkType: number;
  /** The protocol that the socket is bound to, where it is bound to one. */
  readonly protocol?: number;
  /** The instructions as `ss -0b` prints them: code, jt, jf and k of each. */
  readonly program: string;
  /** The expression, or the reason why there is none. */
  readonly meaning: string;
}

/** Reads a program as `ss -0b` prints it. */
export function readProgram(text: string): Instruction[] {
  return text.split(",").map((instruction) => {
    const [code = 0, jt = 0, jf = 0, k = 0] = instruction.trim().split(" ").map(Number);
    return { code, jt, jf, k };
  });
}

const ETHERNET = 1;
const COOKED = 113;
// linux/if_ether.h
const ETH_P_IP = 0x0800;
const ETH_P_ARP = 0x0806;
const ETH_P_LLDP = 0x88cc;

/** The filters of programs that a machine runs anyway. None of them compares payload with a constant of its own. */
export const goldenPrograms: readonly GoldenProgram[] = [
  {
    source: "dhclient of isc-dhcp-client 4.4.3-P1-2, running, as ss -0b printed it",
    linkType: ETHERNET,
    program:
      "0x28 0 0 12, 0x15 0 8 2048, 0x30 0 0 23, 0x15 0 6 17, 0x28 0 0 20, 0x45 4 0 8191, 0xb1 0 0 14, 0x48 0 0 16, " +
      "0x15 0 1 68, 0x06 0 0 4294967295, 0x06 0 0 0",
    meaning: "ip and udp dst port 68",
  },
  {
    source: "dhcpcd 9.4.1-24~deb12u5, the socket for DHCP, running, as ss -0b printed it",
    linkType: ETHERNET,
    program:
      "0x28 0 0 12, 0x15 1 0 2048, 0x06 0 0 0, 0x01 0 0 14, 0x50 0 0 0, 0x54 0 0 240, 0x15 1 0 64, 0x06 0 0 0, " +
      "0x50 0 0 9, 0x15 1 0 17, 0x06 0 0 0, 0x48 0 0 6, 0x45 0 1 8191, 0x06 0 0 0, 0x50 0 0 0, 0x54 0 0 15, " +
      "0x24 0 0 4, 0x0c 0 0 0, 0x07 0 0 0, 0x48 0 0 2, 0x15 1 0 68, 0x06 0 0 0, 0x06 0 0 2147483647",
    meaning: "ip[0] & 0xf0 = 0x40 and udp dst port 68",
  },
  {
    source: "dhcpcd 9.4.1-24~deb12u5, the socket for ARP, running, as ss -0b printed it",
    linkType: ETHERNET,
    program:
      "0x28 0 0 12, 0x15 1 0 2054, 0x06 0 0 0, 0x01 0 0 14, 0x48 0 0 0, 0x15 1 0 1, 0x06 0 0 0, 0x50 0 0 4, " +
      "0x15 1 0 6, 0x06 0 0 0, 0x48 0 0 2, 0x15 1 0 2048, 0x06 0 0 0, 0x48 0 0 6, 0x15 2 0 1, 0x15 1 0 2, " +
      "0x06 0 0 0, 0x50 0 0 5, 0x15 1 0 4, 0x06 0 0 0, 0x40 0 0 8, 0x15 0 3 3124084139, 0x48 0 0 12, " +
      "0x15 0 1 11628, 0x06 0 0 0, 0x40 0 0 14, 0x15 0 1 2852025366, 0x06 0 0 42, 0x15 1 0 0, 0x06 0 0 0, " +
      "0x40 0 0 24, 0x15 0 1 2852025366, 0x06 0 0 42, 0x06 0 0 0",
    meaning:
      "arp[0:2] = 1 and arp[4] = 6 and arp[2:2] = 0x800 and arp[5] = 4 and (arp[6:2] = 1 or arp[6:2] = 2) and (arp[8:4] != 0xba35bdab or arp[12:2] != 0x2d6c) and host 169.254.116.22 and (src host 169.254.116.22 or host 0.0.0.0)",
  },
  {
    source: "lldpd 1.0.16-1+deb12u1 with CDP, EDP, FDP and SONMP, running, as ss -0b printed it",
    linkType: ETHERNET,
    program:
      "0x30 0 0 0, 0x54 0 0 1, 0x15 0 16 1, 0x28 0 0 12, 0x15 0 6 35020, 0x20 0 0 2, 0x15 2 0 3254779918, " +
      "0x15 1 0 3254779907, 0x15 0 2 3254779904, 0x28 0 0 0, 0x15 12 13 384, 0x20 0 0 2, 0x15 0 2 1389153484, " +
      "0x28 0 0 0, 0x15 8 9 480, 0x15 1 0 214748364, 0x15 0 2 2164261120, 0x28 0 0 0, 0x15 4 5 256, 0x20 0 0 2, " +
      "0x15 0 3 721420288, 0x28 0 0 0, 0x15 0 1 224, 0x06 0 0 262144, 0x06 0 0 0",
    meaning:
      "(ether[0] & 0x1 = 0 and ether dst 00:e0:2b:00:00:00) or (not ether[0] & 0x1 = 0 and ((ether proto 0x88cc and (ether dst 01:80:c2:00:00:0e or ether dst 01:80:c2:00:00:03 or ether dst 01:80:c2:00:00:00 or ether dst 01:e0:52:cc:cc:cc or ether dst 01:00:0c:cc:cc:cc or ether dst 01:00:81:00:01:00 or ether dst 00:e0:2b:00:00:00)) or (not ether proto 0x88cc and (ether dst 01:e0:52:cc:cc:cc or ether dst 01:00:0c:cc:cc:cc or ether dst 01:00:81:00:01:00 or ether dst 00:e0:2b:00:00:00))))",
  },
  {
    source: "wpa_supplicant 2.10-12+deb12u3 with the driver wired, running, as ss -0b printed it",
    linkType: COOKED,
    protocol: 0x888e,
    program: "0x30 0 0 4294963204, 0x15 1 0 3, 0x06 0 0 4294967295, 0x06 0 0 0",
    meaning: "libpcap's language has no word for something that it tests",
  },
  {
    source: "systemd-networkd of systemd 252.38-1~deb12u1, the socket for IPv4 link-local addresses, running",
    linkType: COOKED,
    protocol: ETH_P_ARP,
    program:
      "0x80 0 0 0, 0x35 1 0 28, 0x06 0 0 0, 0x28 0 0 0, 0x15 1 0 1, 0x06 0 0 0, 0x28 0 0 2, 0x15 1 0 2048, 0x06 0 0 0, " +
      "0x30 0 0 4, 0x15 1 0 6, 0x06 0 0 0, 0x30 0 0 5, 0x15 1 0 4, 0x06 0 0 0, 0x28 0 0 6, 0x15 2 0 1, 0x15 1 0 2, " +
      "0x06 0 0 0, 0x01 0 0 4203742561, 0x20 0 0 8, 0x1d 0 4 0, 0x01 0 0 29521, 0x28 0 0 12, 0x1d 0 1 0, 0x06 0 0 0, " +
      "0x01 0 0 2852043971, 0x20 0 0 14, 0x1d 0 1 0, 0x06 0 0 4294967295, 0x20 0 0 24, 0x1d 0 1 0, " +
      "0x06 0 0 4294967295, 0x06 0 0 0",
    meaning:
      "len > 27 and arp[0:2] = 1 and arp[2:2] = 0x800 and arp[4] = 6 and arp[5] = 4 and (arp[6:2] = 1 or arp[6:2] = 2) and host 169.254.188.195 and (arp[8:4] != 0xfa900561 or arp[12:2] != 0x7351)",
  },
  {
    source: "systemd-networkd of systemd 252.38-1~deb12u1, the socket for DHCP, running",
    linkType: COOKED,
    protocol: ETH_P_IP,
    program:
      "0x80 0 0 0, 0x35 1 0 268, 0x06 0 0 0, 0x30 0 0 9, 0x15 1 0 17, 0x06 0 0 0, 0x30 0 0 6, 0x54 0 0 32, 0x15 1 0 0, " +
      "0x06 0 0 0, 0x28 0 0 6, 0x54 0 0 8191, 0x15 1 0 0, 0x06 0 0 0, 0x28 0 0 22, 0x15 1 0 68, 0x06 0 0 0, " +
      "0x30 0 0 28, 0x15 1 0 2, 0x06 0 0 0, 0x30 0 0 29, 0x15 1 0 1, 0x06 0 0 0, 0x20 0 0 32, 0x15 1 0 2629655954, " +
      "0x06 0 0 0, 0x30 0 0 30, 0x15 1 0 6, 0x06 0 0 0, 0x15 0 8 6, 0x01 0 0 4203742561, 0x20 0 0 56, 0x1d 1 0 0, " +
      "0x06 0 0 0, 0x01 0 0 29521, 0x28 0 0 60, 0x1d 1 0 0, 0x06 0 0 0, 0x20 0 0 264, 0x15 1 0 1669485411, 0x06 0 0 0, " +
      "0x06 0 0 4294967295",
    meaning:
      "len > 267 and udp and ip[6] & 0x20 = 0 and ip[6:2] & 0x1fff = 0 and ip[22:2] = 68 and ip[28] = 2 and ip[29] = 1 and ip[32:4] = 0x9cbd5d92 and ip[30] = 6 and ip[56:4] = 0xfa900561 and ip[60:2] = 0x7351 and ip[264:4] = 0x63825363",
  },
  {
    source: "systemd-networkd of systemd 252.38-1~deb12u1, the socket for LLDP, running",
    linkType: ETHERNET,
    protocol: ETH_P_LLDP,
    program:
      "0x20 0 0 0, 0x15 1 0 25215488, 0x06 0 0 0, 0x28 0 0 4, 0x15 3 0 0, 0x15 2 0 3, 0x15 1 0 14, 0x06 0 0 0, " +
      "0x28 0 0 12, 0x15 1 0 35020, 0x06 0 0 0, 0x06 0 0 4294967295",
    meaning:
      "ether[0:4] = 0x180c200 and ether proto 0x88cc and (ether[4:2] = 0 or ether[4:2] = 3 or ether[4:2] = 14)",
  },
];
