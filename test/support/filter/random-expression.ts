/** A generator of random numbers from a seed (mulberry32), so that a failure can be repeated. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Returns a number from 0 up to, but not including, `below`. */
  below(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }
}

/** What an expression may contain for one kind of link. */
export interface ExpressionKind {
  /** Whether there are Ethernet addresses. */
  readonly ethernet: boolean;
  /** What `link[…]` is called, or undefined where the programs have no link-layer header. */
  readonly link: string | undefined;
  /** Whether `vlan`, `mpls` and `pppoes` may stand in it, which change what follows. */
  readonly tags: boolean;
  /** Whether `inbound` and `ifindex` may stand in it, which only the kernel knows. */
  readonly socket: boolean;
}

/**
 * Returns a random expression of pcap-filter(7). `protochain` isn't in it, because its programs jump back, and the kernel
 * doesn't accept them.
 */
export function randomExpression(chance: Chance, kind: ExpressionKind, depth = 3): string {
  const shape = chance.below(10);
  if (depth === 0 || shape < 3) return primitive(chance, kind);
  if (shape === 3) return `not (${randomExpression(chance, kind, depth - 1)})`;
  const parts = Array.from({ length: 2 + chance.below(2) }, () => randomExpression(chance, kind, depth - 1));
  return parts.map((part) => `(${part})`).join(shape < 7 ? " and " : " or ");
}

const v4 = (chance: Chance): string =>
  `${chance.pick([10, 192, 224])}.${chance.below(3)}.0.${chance.below(4)}`;
const v6 = (chance: Chance): string => `2001:db8::${chance.below(4).toString(16)}`;
const mac = (chance: Chance): string => `02:00:00:00:00:0${chance.below(4)}`;
const port = (chance: Chance): number => chance.pick([22, 53, 67, 68, 80, 443]);
const direction = (chance: Chance): string =>
  chance.pick(["", "", "", "src ", "dst ", "src or dst ", "src and dst "]);
const transport = (chance: Chance): string => chance.pick(["", "", "tcp ", "udp ", "sctp "]);

function primitive(chance: Chance, kind: ExpressionKind): string {
  const shape = chance.below(24);
  switch (shape) {
    case 0:
    case 1:
      return chance.pick(["ip", "ip6", "arp", "rarp", "tcp", "udp", "icmp", "icmp6", "sctp", "igmp"]);
    case 2:
    case 3:
      return `${chance.pick(["", "", "", "ip ", "arp "])}${direction(chance)}host ${v4(chance)}`;
    case 4:
      return `${direction(chance)}host ${v6(chance)}`;
    case 5:
      return `${chance.pick(["", "ip "])}${direction(chance)}net ${chance.pick(["10.0.0.0/8", "192.168.4.0/22", "172.16"])}`;
    case 6:
      return `${direction(chance)}net 2001:db8::/${chance.pick([32, 48, 64])}`;
    case 7:
    case 8:
    case 9:
    case 10:
      return `${transport(chance)}${direction(chance)}port ${port(chance)}`;
    case 11: {
      const low = 1 + chance.below(1000);
      return `${transport(chance)}${direction(chance)}portrange ${low}-${low + 1 + chance.below(500)}`;
    }
    case 12:
      return `${chance.pick(["ip ", "ip6 ", ""])}proto ${chance.pick([1, 6, 17, 47, 50, 58, 89])}`;
    case 13:
      return `ether proto ${chance.pick(["0x88cc", "0x888e", "0x0806", "0x0800"])}`;
    case 14:
      return chance.pick(["less ", "greater "]) + chance.pick([64, 100, 576, 1000]);
    case 15:
    case 16:
      if (kind.ethernet)
        return chance.pick([
          `ether host ${mac(chance)}`,
          `ether src ${mac(chance)}`,
          `ether dst ${mac(chance)}`,
          "ether broadcast",
          "ether multicast",
        ]);
      return chance.pick(["ip multicast", "ip6 multicast"]);
    case 17:
      if (kind.tags && chance.below(3) === 0)
        return chance.pick([
          "vlan",
          "vlan 5",
          "vlan 7 and ip",
          "mpls",
          "mpls 3",
          "pppoes",
          "pppoed",
          "pppoes 4",
        ]);
      return chance.pick(["ip multicast", "ip6 multicast"]);
    case 18:
      if (kind.socket) return chance.pick(["inbound", "outbound", "ifindex 2", "ifindex 3"]);
      return primitive(chance, kind);
    case 19:
      return chance.pick([
        "tcp[tcpflags] & tcp-syn != 0",
        "tcp[tcpflags] & (tcp-syn|tcp-ack) = tcp-syn",
        "icmp[icmptype] = icmp-echo",
        "icmp[icmptype] != icmp-echoreply",
        "ip[6:2] & 0x1fff = 0",
        "ip6[6] = 58",
        "tcp[((tcp[12] & 0xf0) >> 2):4] = 0x47455420",
      ]);
    default:
      return `${arithmetic(chance, kind, 2)} ${chance.pick(["=", "!=", "<", ">", "<=", ">="])} ${
        chance.below(3) === 0 ? arithmetic(chance, kind, 1) : chance.pick([0, 1, 5, 64, 0x7255, 0x1fff])
      }`;
  }
}

function arithmetic(chance: Chance, kind: ExpressionKind, depth: number): string {
  const shape = chance.below(8);
  if (depth === 0 || shape < 4) {
    const names = ["ip", "ip", "tcp", "udp", "icmp", "ip6", "arp", ...(kind.link ? [kind.link] : [])];
    if (chance.below(12) === 0) return "len";
    const size = chance.pick(["", "", ":2", ":4"]);
    const index = depth > 0 && chance.below(6) === 0 ? arithmetic(chance, kind, depth - 1) : chance.below(30);
    return `${chance.pick(names)}[${index}${size}]`;
  }
  const left = arithmetic(chance, kind, depth - 1);
  if (shape < 6) return `(${left} ${chance.pick(["&", "|", "^"])} ${chance.pick([1, 15, 0xf0, 0xff])})`;
  if (shape === 6) return `(${left} ${chance.pick(["<<", ">>", "*", "/", "%"])} ${1 + chance.below(7)})`;
  const right = chance.below(2) === 0 ? arithmetic(chance, kind, depth - 1) : String(chance.below(20));
  return `(${left} ${chance.pick(["+", "-"])} ${right})`;
}
