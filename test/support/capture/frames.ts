// Ethernet frames of many kinds, for filters and captures.

const MACS = {
  a: [0x02, 0, 0, 0, 0, 0x0a],
  b: [0x02, 0, 0, 0, 0, 0x0b],
  all: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  group: [0x01, 0, 0x5e, 0, 0, 5],
} as const;

type Station = keyof typeof MACS;

const u16 = (value: number): number[] => [value >> 8, value & 0xff];
const text = (length: number): number[] => Array.from({ length }, (_, index) => index & 0xff);

/** Makes a frame with an Ethernet header. */
export function ethernet(to: Station, from: Station, type: number, payload: readonly number[]): Uint8Array {
  return Uint8Array.from([...MACS[to], ...MACS[from], ...u16(type), ...payload]);
}

interface Ipv4 {
  source?: number[];
  destination?: number[];
  protocol?: number;
  /** The flags and the fragment offset. */
  fragment?: number;
  options?: number[];
  ttl?: number;
}

export function ipv4(payload: number[], fields: Ipv4 = {}): number[] {
  const { source = [10, 0, 0, 1], destination = [10, 0, 0, 2], protocol = 17, fragment = 0 } = fields;
  const { options = [], ttl = 64 } = fields;
  const header = 20 + options.length;
  return [
    0x40 | (header / 4),
    0,
    ...u16(header + payload.length),
    0,
    1,
    ...u16(fragment),
    ttl,
    protocol,
    0,
    0,
  ].concat(source, destination, options, payload);
}

function ipv6(payload: number[], next = 17, last = 2): number[] {
  const address = (end: number): number[] => [0x20, 1, 0xd, 0xb8, ...new Array(11).fill(0), end];
  return [0x60, 0, 0, 0, ...u16(payload.length), next, 64, ...address(1), ...address(last), ...payload];
}

export function udp(source: number, destination: number, length = 20): number[] {
  return [...u16(source), ...u16(destination), ...u16(8 + length), 0, 0, ...text(length)];
}

function tcp(source: number, destination: number, flags: number): number[] {
  return [
    ...u16(source),
    ...u16(destination),
    0,
    0,
    0,
    1,
    0,
    0,
    0,
    2,
    0x50,
    flags,
    4,
    0,
    0,
    0,
    0,
    0,
    ...text(6),
  ];
}

/**
 * Returns some hundred frames: many protocols, tags, fragments and broadcasts, also cut off in the middle of their
 * headers.
 */
export function variousFrames(): Uint8Array[] {
  const echo = [8, 0, 0, 0, 0, 1, 0, 1, ...text(30)];
  const unreachable = [3, 3, 0, 0, 0, 0, 0, 0, ...ipv4(udp(1, 53))];
  const arp = [0, 1, 8, 0, 6, 4, 0, 1, ...MACS.a, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2];
  const vlan = (id: number, type: number, payload: number[]): number[] => [
    ...u16(id),
    ...u16(type),
    ...payload,
  ];
  const dns = ipv4(udp(5353, 53));
  const whole = [
    ethernet("all", "a", 0x806, arp),
    ethernet("b", "a", 0x8035, arp),
    ethernet("b", "a", 0x800, dns),
    ethernet("b", "a", 0x800, ipv4(udp(53, 5353), { source: [10, 0, 0, 2], destination: [10, 0, 0, 1] })),
    ethernet("b", "a", 0x800, ipv4(udp(67, 68), { destination: [255, 255, 255, 255] })),
    ethernet("group", "a", 0x800, ipv4(udp(520, 520), { destination: [224, 0, 0, 5] })),
    ethernet("b", "a", 0x800, ipv4(udp(1, 80), { options: [7, 4, 4, 0] })),
    ...[0x02, 0x12, 0x10, 0x18, 0x11, 0x04, 0x14].flatMap((flags) => [
      ethernet("b", "a", 0x800, ipv4(tcp(40000, 80, flags), { protocol: 6 })),
      ethernet("a", "b", 0x800, ipv4(tcp(443, 50000, flags), { protocol: 6, source: [192, 168, 7, 9] })),
      ethernet("a", "b", 0x86dd, ipv6(tcp(22, 50000, flags), 6)),
    ]),
    ethernet("b", "a", 0x800, ipv4(echo, { protocol: 1 })),
    ethernet("b", "a", 0x800, ipv4([0, ...echo.slice(1)], { protocol: 1, ttl: 1 })),
    ethernet("b", "a", 0x800, ipv4(unreachable, { protocol: 1 })),
    ethernet("b", "a", 0x800, ipv4(udp(1000, 2000, 64), { fragment: 0x2000 })),
    ethernet("b", "a", 0x800, ipv4(text(72), { fragment: 0x2009 })),
    ethernet("b", "a", 0x800, ipv4(text(32), { fragment: 0x0012 })),
    ethernet("b", "a", 0x800, ipv4(text(30), { protocol: 47 })),
    ethernet("b", "a", 0x800, ipv4(tcp(179, 179, 0), { protocol: 132 })),
    ethernet("b", "a", 0x86dd, ipv6(udp(546, 547))),
    ethernet("b", "a", 0x86dd, ipv6([135, 0, 0, 0, ...text(20)], 58)),
    ethernet("b", "a", 0x86dd, ipv6([58, 0, 5, 2, 0, 0, 1, 0, 128, 0, ...text(20)], 0, 9)),
    ethernet("b", "a", 0x86dd, ipv6([17, 0, 0, 1, 0, 0, 0, 1, ...udp(53, 53)], 44)),
    ethernet("b", "a", 0x8100, vlan(5, 0x800, dns)),
    ethernet("b", "a", 0x8100, vlan(6, 0x86dd, ipv6(udp(1, 53)))),
    ethernet("b", "a", 0x8100, vlan(0xe005, 0x806, arp)),
    ethernet("b", "a", 0x88a8, vlan(7, 0x8100, vlan(8, 0x800, dns))),
    ethernet("b", "a", 0x8847, [0, 0x10, 0x11, 64, ...dns]),
    ethernet("b", "a", 0x8864, [0x11, 0, 0, 1, 0, 40, 0, 0x21, ...dns]),
    ethernet("b", "a", 0x8863, [0x11, 9, 0, 0, 0, 4, 1, 1, 0, 0]),
    ethernet("group", "a", 38, [0x42, 0x42, 3, ...text(35)]),
    ethernet("group", "a", 30, [0xaa, 0xaa, 3, 0, 0, 0, 0x80, 0x9b, ...text(22)]),
    ethernet("b", "a", 0x88cc, text(40)),
    ethernet("b", "a", 0x88b5, text(1500)),
  ];
  const cut = whole.flatMap((frame) =>
    [14, 15, 20, 24, 34, 38, 47, 50].filter((end) => end < frame.length).map((end) => frame.slice(0, end)),
  );
  return [...whole, ...cut, new Uint8Array(0), Uint8Array.of(1, 2, 3)];
}

/**
 * Returns a pcap file with microseconds, with one record per frame. `truncated` is how many bytes longer each frame
 * originally was.
 */
export function pcapOf(frames: readonly Uint8Array[], { linkType = 1, truncated = 0 } = {}): Uint8Array {
  const header = new Uint32Array([0xa1b2c3d4, 0x0004_0002, 0, 0, 262144, linkType]);
  const records = frames.map((frame, index) => [
    new Uint8Array(new Uint32Array([1000, index, frame.length, frame.length + truncated]).buffer),
    frame,
  ]);
  return Buffer.concat([new Uint8Array(header.buffer), ...records.flat()]);
}

/** Returns the frames of a pcap file in this machine's byte order. */
export function framesOf(pcap: Uint8Array): Uint8Array[] {
  return recordsOf(pcap).map(({ frame }) => frame);
}

export interface PcapRecord {
  seconds: number;
  /** Microseconds or nanoseconds, depending on the file. */
  fraction: number;
  length: number;
  frame: Uint8Array;
}

/** Returns the records of a pcap file in this machine's byte order. */
export function recordsOf(pcap: Uint8Array): PcapRecord[] {
  const view = new DataView(pcap.buffer, pcap.byteOffset, pcap.byteLength);
  const records: PcapRecord[] = [];
  for (let at = 24; at < pcap.length; ) {
    const captured = view.getUint32(at + 8, true);
    records.push({
      seconds: view.getUint32(at, true),
      fraction: view.getUint32(at + 4, true),
      length: view.getUint32(at + 12, true),
      frame: pcap.slice(at + 16, at + 16 + captured),
    });
    at += 16 + captured;
  }
  return records;
}
