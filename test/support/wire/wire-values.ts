import fc from "fast-check";
import { decodeString } from "../../../src/wire/bytes.js";
import type { GenericFamily } from "../../../src/wire/kernel/generic-netlink/control.js";
import type { DeviceQueue } from "../../../src/wire/kernel/generic-netlink/netdev.js";
import type { InterfaceFlagsRequest } from "../../../src/wire/kernel/ifreq.js";
import type {
  NfTable,
  NfTablesChain,
  NfTablesRule,
  RuleExpression,
} from "../../../src/wire/kernel/netfilter/nf-tables.js";
import type { NetlinkError } from "../../../src/wire/kernel/netlink/error.js";
import type { NetlinkMessage } from "../../../src/wire/kernel/netlink/message.js";
import type { PacketMembershipRequest } from "../../../src/wire/kernel/packet-mreq.js";
import type { Address } from "../../../src/wire/kernel/rtnetlink/address.js";
import type { Link } from "../../../src/wire/kernel/rtnetlink/link.js";
import type { Neighbour } from "../../../src/wire/kernel/rtnetlink/neighbour.js";
import type { NetnsId } from "../../../src/wire/kernel/rtnetlink/netns-id.js";
import type { NextHop } from "../../../src/wire/kernel/rtnetlink/next-hop.js";
import type { Route } from "../../../src/wire/kernel/rtnetlink/route.js";
import type { Action, Mirred } from "../../../src/wire/kernel/rtnetlink/traffic-action.js";
import type { TrafficControl } from "../../../src/wire/kernel/rtnetlink/traffic-control.js";
import type { PacketSocket } from "../../../src/wire/kernel/sock-diag/packet.js";
import type { XdpSocket } from "../../../src/wire/kernel/sock-diag/xdp.js";

// Arbitrary values of every codec. fast-check often chooses the largest and the smallest integers.

const u8 = fc.nat(0xff);
const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffff_ffff);
const s32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const bytes = fc.uint8Array({ maxLength: 40 });

/** What kernel strings decode to: any bytes but NUL, whether UTF-8 or not. */
const text = (maxLength: number) =>
  fc.uint8Array({ min: 1, maxLength }).map((each) => decodeString(each, 0, each.length));

/** Absent attributes are absent properties, and objects are plain like those of the codecs. */
const optional = { requiredKeys: [] as never[], noNullPrototype: true };
const plain = { noNullPrototype: true };

/**
 * An arbitrary for each property of a codec's value, including optional ones. If a codec reads a new attribute, it is
 * tested with it, or this file doesn't compile.
 */
type Each<Value> = { [Key in keyof Value]-?: fc.Arbitrary<Exclude<Value[Key], undefined>> };

/** No table contains a type of 1000 or more. The top two bits are flags. */
const unknownType = fc
  .tuple(fc.integer({ min: 1000, max: 0x3fff }), fc.nat(3))
  .map(([type, flags]) => type | (flags << 14));
const other = fc.array(fc.record({ type: unknownType, value: bytes }, plain), { minLength: 1, maxLength: 3 });

export const message: fc.Arbitrary<NetlinkMessage> = fc.record(
  { type: u16, flags: u16, sequence: u32, portId: u32, payload: bytes },
  plain,
);

export const link: fc.Arbitrary<Link> = fc.record(
  {
    family: u8,
    type: u16,
    index: s32,
    flags: u32,
    change: u32,
    address: bytes,
    broadcast: bytes,
    name: text(15),
    mtu: u32,
    link: s32,
    qdisc: text(15),
    master: u32,
    txQueueLength: u32,
    operationalState: u8,
    info: fc.record(
      { kind: text(20), data: bytes, slaveKind: text(20), slaveData: bytes, other } satisfies Each<
        NonNullable<Link["info"]>
      >,
      optional,
    ),
    alias: text(255),
    group: u32,
    extendedMask: u32,
    promiscuity: u32,
    linkNetnsId: s32,
    protoDown: u8,
    xdp: fc.record(
      {
        attached: u8,
        programId: u32,
        driverProgramId: u32,
        genericProgramId: u32,
        hardwareProgramId: u32,
        other,
      } satisfies Each<NonNullable<Link["xdp"]>>,
      optional,
    ),
    alternativeNames: fc.array(text(127), { maxLength: 4 }),
    alternativeName: text(127),
    permanentAddress: bytes,
    protoDownReason: fc.record({ value: u32, other }, optional),
    newNetnsId: s32,
    allmulti: u32,
    other,
  } satisfies Each<Link>,
  { requiredKeys: ["family", "type", "index", "flags", "change"], noNullPrototype: true },
);

export const address: fc.Arbitrary<Address> = fc.record(
  {
    family: u8,
    prefixLength: u8,
    flags: u8,
    scope: u8,
    index: u32,
    address: bytes,
    local: bytes,
    label: text(15),
    broadcast: bytes,
    anycast: bytes,
    lifetime: fc.record({ preferred: u32, valid: u32, created: u32, updated: u32 }, plain),
    allFlags: u32,
    protocol: u8,
    other,
  } satisfies Each<Address>,
  { requiredKeys: ["family", "prefixLength", "flags", "scope", "index"], noNullPrototype: true },
);

export const netnsId: fc.Arbitrary<NetnsId> = fc.record(
  { id: s32, fd: u32, other } satisfies Each<NetnsId>,
  optional,
);

export const neighbour: fc.Arbitrary<Neighbour> = fc.record(
  {
    family: u8,
    index: s32,
    state: u16,
    flags: u8,
    type: u8,
    destination: bytes,
    linkAddress: bytes,
    master: u32,
    other,
  } satisfies Each<Neighbour>,
  { requiredKeys: ["family", "index", "state", "flags", "type"], noNullPrototype: true },
);

/** The attributes that name a router, in a route or in one of its next hops. */
const router = { gateway: bytes, via: fc.record({ family: u16, address: bytes }, plain) };

export const route: fc.Arbitrary<Route> = fc.record(
  {
    family: u8,
    destinationLength: u8,
    sourceLength: u8,
    tos: u8,
    table: u8,
    protocol: u8,
    scope: u8,
    type: u8,
    flags: u32,
    tableId: u32,
    destination: bytes,
    priority: u32,
    ...router,
    outputInterface: u32,
    multipath: fc.array(
      fc.record({ flags: u8, hops: u8, index: s32, ...router, other } satisfies Each<NextHop>, {
        requiredKeys: ["flags", "hops", "index"],
        noNullPrototype: true,
      }),
      { maxLength: 4 },
    ),
    other,
  } satisfies Each<Route>,
  {
    requiredKeys: [
      "family",
      "destinationLength",
      "sourceLength",
      "tos",
      "table",
      "protocol",
      "scope",
      "type",
      "flags",
    ],
    noNullPrototype: true,
  },
);

export const trafficControl: fc.Arbitrary<TrafficControl> = fc.record(
  {
    index: s32,
    handle: u32,
    parent: u32,
    info: u32,
    kind: text(15),
    options: bytes,
    chain: u32,
    ingressBlock: u32,
    egressBlock: u32,
    other,
  } satisfies Each<TrafficControl>,
  { requiredKeys: ["index", "handle", "parent", "info"], noNullPrototype: true },
);

const actions = fc.array(
  fc.record({ kind: text(15), options: bytes, index: u32, other } satisfies Each<Action>, optional),
  { maxLength: 4 },
);

export const bpfFilter = fc.record(
  {
    actions,
    instructions: bytes,
    name: text(40),
    tag: bytes,
    programId: u32,
    other,
  },
  optional,
);

export const mirred = fc.record(
  {
    parameters: fc.record(
      {
        general: fc.uint8Array({ minLength: 20, maxLength: 20 }),
        operation: u32,
        index: u32,
      } satisfies Each<Mirred>,
      plain,
    ),
    block: u32,
    other,
  },
  optional,
);

export const bpfAction = fc.record(
  { instructions: bytes, name: text(40), tag: bytes, programId: u32, other },
  optional,
);

export const sample = fc.record({ rate: u32, group: u32, other }, optional);

export const redBlocks = fc.record({ earlyDropBlock: u32, markBlock: u32, other }, optional);

const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

export const nfTable: fc.Arbitrary<NfTable> = fc.record(
  { family: u8, name: text(60), flags: u32, other } satisfies Each<NfTable>,
  { requiredKeys: ["family"], noNullPrototype: true },
);

export const nfTablesChain: fc.Arbitrary<NfTablesChain> = fc.record(
  {
    family: u8,
    table: text(60),
    handle: u64,
    name: text(60),
    hook: fc.record(
      {
        number: u32,
        priority: s32,
        device: text(15),
        devices: fc.array(text(15), { maxLength: 3 }),
        other,
      } satisfies Each<NonNullable<NfTablesChain["hook"]>>,
      optional,
    ),
    other,
  } satisfies Each<NfTablesChain>,
  { requiredKeys: ["family"], noNullPrototype: true },
);

export const nfTablesRule: fc.Arbitrary<NfTablesRule> = fc.record(
  {
    family: u8,
    table: text(60),
    chain: text(60),
    handle: u64,
    expressions: fc.array(
      fc.record({ name: text(15), data: bytes, other } satisfies Each<RuleExpression>, optional),
      {
        maxLength: 4,
      },
    ),
    userData: bytes,
    other,
  } satisfies Each<NfTablesRule>,
  { requiredKeys: ["family"], noNullPrototype: true },
);

export const immediate = fc.record(
  { register: u32, data: fc.record({ value: bytes, other }, optional), other },
  optional,
);
export const dup = fc.record({ address: u32, device: u32, other }, optional);
export const log = fc.record({ group: u16, prefix: text(60), snapLength: u32, other }, optional);
export const queue = fc.record({ number: u16, total: u16, register: u32, other }, optional);
export const target = fc.record({ name: text(28), revision: u32, info: bytes, other }, optional);
export const meta = fc.record({ register: u32, key: u32, other }, optional);
export const cmp = fc.record(
  { register: u32, operation: u32, data: fc.record({ value: bytes, other }, optional), other },
  optional,
);
export const match = fc.record({ name: text(28), info: bytes, other }, optional);

export const packetSocket: fc.Arbitrary<PacketSocket> = fc.record(
  {
    type: u8,
    protocol: u16,
    inode: u32,
    info: fc.record(
      { index: u32, version: u32, reserve: u32, copyThreshold: u32, timestamp: u32, flags: u32 },
      plain,
    ),
    memberships: fc.array(
      fc.record({ index: s32, count: u32, type: u16, address: fc.uint8Array({ maxLength: 32 }) }, plain),
      { maxLength: 4 },
    ),
    receiveRing: fc.record(
      {
        blockSize: u32,
        blocks: u32,
        frameSize: u32,
        frames: u32,
        timeout: u32,
        privateSize: u32,
        features: u32,
      },
      plain,
    ),
    fanout: fc.record({ group: u16, mode: u16 }, plain),
    uid: u32,
    filter: fc.array(fc.record({ code: u16, jt: u8, jf: u8, k: u32 }, plain), { maxLength: 8 }),
    other,
  } satisfies Each<PacketSocket>,
  { requiredKeys: ["type", "protocol", "inode"], noNullPrototype: true },
);

export const xdpSocket: fc.Arbitrary<XdpSocket> = fc.record(
  {
    inode: u32,
    info: fc.record({ index: u32, queue: u32 }, plain),
    uid: u32,
    receiveRing: u32,
    other,
  } satisfies Each<XdpSocket>,
  { requiredKeys: ["inode"], noNullPrototype: true },
);

export const genericFamily: fc.Arbitrary<GenericFamily> = fc.record(
  { command: u8, id: u16, name: text(15), other } satisfies Each<GenericFamily>,
  { requiredKeys: ["command"], noNullPrototype: true },
);

export const deviceQueue: fc.Arbitrary<DeviceQueue> = fc.record(
  {
    command: u8,
    id: u32,
    index: u32,
    type: u32,
    xsk: fc.record({ other }, optional),
    other,
  } satisfies Each<DeviceQueue>,
  { requiredKeys: ["command"], noNullPrototype: true },
);

export const ifreq: fc.Arbitrary<InterfaceFlagsRequest> = fc.record({ name: text(15), flags: u16 }, plain);

export const packetMreq: fc.Arbitrary<PacketMembershipRequest> = fc.record(
  { index: s32, type: u16, address: fc.uint8Array({ maxLength: 8 }) },
  plain,
);

export const netlinkError: fc.Arbitrary<NetlinkError> = fc.record(
  { errno: fc.nat(4095), extended: fc.record({ message: text(100), offset: u32, other }, optional) },
  plain,
);
