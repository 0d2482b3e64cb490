// All differences between promisc's and tcpdump's lines for the captures that both print.
import type { Capture, Lines, Printing } from "./tcpdump-lines.js";

interface Difference {
  /** The first cell of the row in docs/capture-lines.md that describes the difference. */
  readonly row: string;
  readonly capture: Capture;
  readonly options: readonly string[];
  /** The packet's number in the capture, counted from 0. */
  readonly packet: number;
  /** Words that appear once in tcpdump's lines of the packet, and promisc's words in their place. */
  readonly words: readonly (readonly [tcpdump: string, promisc: string])[];
}

const SHORT_DUMP = "`-x`, `-X` and `-A` of a packet cut short";
const EXTENSIONS = "`-v`: IPv4's timestamp option, IPv6's extension headers";
const TLVS =
  "`-v`: DHCPv6's options and its relays' addresses, LLDP's subtypes, management address, capabilities";
const BYTES = "`-vv`: the bytes of neighbour discovery's options and of LLDP's";

const neighbourOption = ["\n\t    0x0000:  0200 0000 0001", ""] as const;
const chassis = ["\n\t  Subtype MAC address (4): 02:00:00:00:00:01", ""] as const;
const port = ["\n\t  Subtype Interface Name (5): eth0", ""] as const;
const chassisBytes = ["\n\t  0x0000:  0402 0000 0000 01", ""] as const;
const portBytes = ["\n\t  0x0000:  0565 7468 30", ""] as const;
const timeBytes = ["\n\t  0x0000:  0078", ""] as const;

export const differences: readonly Difference[] = [
  {
    row: SHORT_DUMP,
    capture: "transport",
    options: ["-x"],
    packet: 512,
    words: [
      ["0200 0000 0002 0200 0000 0001 0800 4500\n", "4500 0030 0001 0000 4006 66c5 0a00 0001\n"],
      ["0030 0001 0000 4006 66c5 0a00 0001 0a00\n", "0a00 0002 0001 0002 0000 0000 0000 0000\n"],
      ["0002 0001 0002 0000 0000 0000 0000 7002\n", "7002 2000 0000 0000 0101 0101 0101 0102"],
      ["\t0x0030:  2000 0000 0000 0101 0101 0101 0102", ""],
    ],
  },
  {
    row: SHORT_DUMP,
    capture: "transport",
    options: ["-X"],
    packet: 512,
    words: [
      [
        "0200 0000 0002 0200 0000 0001 0800 4500  ..............E.\n",
        "4500 0030 0001 0000 4006 66c5 0a00 0001  E..0....@.f.....\n",
      ],
      [
        "0030 0001 0000 4006 66c5 0a00 0001 0a00  .0....@.f.......\n",
        "0a00 0002 0001 0002 0000 0000 0000 0000  ................\n",
      ],
      [
        "0002 0001 0002 0000 0000 0000 0000 7002  ..............p.\n",
        "7002 2000 0000 0000 0101 0101 0101 0102  p...............",
      ],
      ["\t0x0030:  2000 0000 0000 0101 0101 0101 0102       ..............", ""],
    ],
  },
  {
    row: SHORT_DUMP,
    capture: "transport",
    options: ["-A"],
    packet: 512,
    words: [["..............E..0....@.f.", "E..0....@.f."]],
  },
  {
    row: EXTENSIONS,
    capture: "transport",
    options: ["-v", "-Kv", "-vv"],
    packet: 549,
    words: [["(timestamp TS{[bad ptr 9]TS+ADDR 0@0.0.0.0})", "(timestamp)"]],
  },
  {
    row: EXTENSIONS,
    capture: "transport",
    options: ["-v", "-Kv", "-vv"],
    packet: 562,
    words: [["HBH (rtalert: 0x0000) (padn) ", "HBH "]],
  },
  {
    row: EXTENSIONS,
    capture: "transport",
    options: ["-v", "-Kv", "-vv"],
    packet: 563,
    words: [["DSTOPT (padn)(padn) ", "DSTOPT "]],
  },
  {
    row: EXTENSIONS,
    capture: "transport",
    options: ["-v", "-Kv", "-vv"],
    packet: 577,
    words: [["DSTOPT (padn) ", "DSTOPT "]],
  },
  {
    row: TLVS,
    capture: "applications",
    options: ["-v", "-Kv", "-vv"],
    packet: 84,
    words: [[" (client-ID hwaddr type 1 020000000001)", ""]],
  },
  {
    row: TLVS,
    capture: "applications",
    options: ["-v", "-Kv", "-vv"],
    packet: 86,
    words: [["linkaddr=:: peeraddr=::", ""]],
  },
  {
    row: TLVS,
    capture: "applications",
    options: ["-v", "-Kv", "-vv"],
    packet: 87,
    words: [
      chassis,
      port,
      [
        "\n\t  System  Capabilities [Bridge, Router] (0x0014)\n\t  Enabled Capabilities [Bridge] (0x0004)",
        "",
      ],
      [
        "\n\t  Management Address length 5, AFI IPv4 (1): 10.0.0.1\n\t  Interface Index Interface Numbering (2): 1",
        "",
      ],
    ],
  },
  { row: TLVS, capture: "applications", options: ["-v", "-Kv", "-vv"], packet: 88, words: [chassis, port] },
  { row: TLVS, capture: "applications", options: ["-v", "-Kv", "-vv"], packet: 89, words: [chassis] },
  ...[27, 29, 31].map((packet) => ({
    row: BYTES,
    capture: "applications" as const,
    options: ["-vv"],
    packet,
    words: [neighbourOption],
  })),
  {
    row: BYTES,
    capture: "applications",
    options: ["-vv"],
    packet: 28,
    words: [
      neighbourOption,
      [
        "\n\t    0x0000:  40c0 0001 5180 ffff ffff 0000 0000 2001\n\t    0x0010:  0db8 0000 0000 0000 0000 0000 0000",
        "",
      ],
      ["\n\t    0x0000:  0000 0000 0578", ""],
      [
        "\n\t    0x0000:  0000 0000 003c 0000 0000 0000 0000 0000" +
          "\n\t    0x0010:  0000 0000 0001 0000 0000 0000 0000 0000\n\t    0x0020:  0000 0000 0002",
        "",
      ],
    ],
  },
  {
    row: BYTES,
    capture: "applications",
    options: ["-vv"],
    packet: 87,
    words: [
      chassisBytes,
      portBytes,
      timeBytes,
      ["\n\t  0x0000:  706f 7274 206f 6e65", ""],
      ["\n\t  0x0000:  7377 6974 6368 31", ""],
      ["\n\t  0x0000:  4120 7377 6974 6368", ""],
      ["\n\t  0x0000:  0014 0004", ""],
      ["\n\t  0x0000:  0501 0a00 0001 0200 0000 0100", ""],
    ],
  },
  {
    row: BYTES,
    capture: "applications",
    options: ["-vv"],
    packet: 88,
    words: [chassisBytes, portBytes, timeBytes],
  },
  { row: BYTES, capture: "applications", options: ["-vv"], packet: 89, words: [chassisBytes] },
];

/**
 * Returns tcpdump's lines of a whole capture with promisc's words where they differ.
 * @throws if the words of a difference don't appear exactly once in tcpdump's lines
 */
export function inPromiscsWords(lines: Lines, { capture, options, cut }: Printing): Lines {
  const changed = [...lines];
  for (const difference of differences) {
    if (difference.capture !== capture || !difference.options.includes(options) || cut !== undefined)
      continue;
    const { packet } = difference;
    for (const [theirs, ours] of difference.words) {
      const parts = (changed[packet] ?? "").split(theirs);
      if (parts.length !== 2) throw new Error(`packet ${packet} hasn't once "${theirs}": ${changed[packet]}`);
      changed[packet] = parts.join(ours);
    }
  }
  return changed;
}
