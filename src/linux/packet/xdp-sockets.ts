import { release } from "node:os";
import { AF_XDP } from "../../wire/kernel/address-family.js";
import {
  type DeviceQueue,
  deviceQueueSize,
  NETDEV_CMD_QUEUE_GET,
  NETDEV_FAMILY_NAME,
  NETDEV_QUEUE_TYPE_RX,
  readDeviceQueue,
  writeDeviceQueue,
} from "../../wire/kernel/generic-netlink/netdev.js";
import {
  SOCK_DIAG_BY_FAMILY,
  SOCK_DIAG_REQUEST_SIZE,
  writeSockDiagRequest,
} from "../../wire/kernel/sock-diag/request.js";
import {
  readXdpSocket,
  XDP_SHOW_INFO,
  XDP_SHOW_RING_CFG,
  type XdpSocket,
} from "../../wire/kernel/sock-diag/xdp.js";
import { ENOENT, EOPNOTSUPP, hasErrno } from "../ffi/errno.js";
import { genericFamilyNumber, genericNetlinkConnection } from "../netlink/generic-netlink.js";
import { NetlinkConnection, type PartialDump } from "../netlink/netlink-connection.js";
import { NETLINK_SOCK_DIAG, NetlinkSocket } from "../netlink/netlink-socket.js";
import { type Seen, type Unseen, unseenBecause, unseenRest } from "../netlink/unseen.js";
import { countSockets, type SocketCounts, socketsOf } from "../socket/socket-count.js";

/** A queue of an interface whose frames an AF_XDP socket receives. */
export interface XdpQueue {
  /** The index of the interface. */
  readonly index: number;
  /** The number of the receive queue. */
  readonly queue: number;
  /** The socket's inode number, as `/proc/PID/fd` shows it; absent if the kernel has no XDP_DIAG. */
  readonly inode?: number;
  /** The user who opened the socket; absent if the kernel has no XDP_DIAG. */
  readonly uid?: number;
}

/** A namespace with more than this was filled to exhaust this process's memory. */
const MOST = 16_384;

const WHAT = "the AF_XDP sockets";

/**
 * Reads which queues of interfaces AF_XDP sockets receive from, in the calling thread's network namespace: by XDP_DIAG
 * (sock_diag(7)), or from the queues that the kernel lists if it has none. Needs no privilege. The result is compared
 * with the number of AF_XDP sockets, because a kernel may have neither, and because either can leave sockets out.
 * @param counts the number of sockets, as read just before
 */
export function readXdpQueues(counts: SocketCounts | undefined): Seen<XdpQueue> {
  try {
    const sockets = socketsOf(counts, "XDP");
    // Without the request, the kernel doesn't load its module for XDP_DIAG either.
    if (sockets === 0) return { values: [], unseen: [] };
    return readFromSockets(sockets) ?? readFromQueues(sockets) ?? notShown(sockets);
  } catch (error) {
    return { values: [], unseen: [unseenBecause(WHAT, error)] };
  }
}

/**
 * Returns undefined if the kernel has no XDP_DIAG.
 * @param sockets how many there are at least, if known
 */
function readFromSockets(sockets: number | undefined): Seen<XdpQueue> | undefined {
  using connection = new NetlinkConnection(
    (receiveSize) => new NetlinkSocket(NETLINK_SOCK_DIAG, { receiveSize }),
  );
  const payload = new Uint8Array(SOCK_DIAG_REQUEST_SIZE);
  writeSockDiagRequest(AF_XDP, XDP_SHOW_INFO | XDP_SHOW_RING_CFG, payload);
  let dump: PartialDump<XdpSocket>;
  try {
    dump = connection.dumpPartly(
      { operation: "read the AF_XDP sockets", type: SOCK_DIAG_BY_FAMILY, payload },
      (message) => readXdpSocket(message.payload),
      { most: MOST },
    );
  } catch (error) {
    if (hasErrno(error, ENOENT)) return undefined;
    throw error;
  }
  const values = dump.values.map(queueOf).filter((each) => each !== undefined);
  if (dump.incomplete !== undefined) return { values, unseen: [unseenRest(WHAT, dump.incomplete)] };
  const missing = unlisted(dump.values.length, sockets);
  if (!missing) return { values, unseen: [] };
  return { values: [...values, ...unlistedQueues(values)], unseen: [missing] };
}

/**
 * Describes the sockets that XDP_DIAG left out. The kernel lists the newest first, and ends the list without an error
 * at a socket whose interface was removed (net/xdp/xsk_diag.c, XSK_UNBOUND), which anyone can make in a user namespace.
 */
function unlisted(listed: number, before: number | undefined): Unseen | undefined {
  if (before === undefined || listed >= before) return;
  // Sockets that were closed meanwhile aren't missing.
  const after = socketsOf(countSockets(), "XDP") ?? before;
  if (listed >= after) return;
  const reason = `the kernel lists ${listed} of ${after}: its list ends at a socket whose interface was removed`;
  return { what: WHAT, why: "incomplete", reason };
}

/** Returns the queues that sockets receive from and XDP_DIAG didn't list, if the kernel lists queues. */
function unlistedQueues(listed: readonly XdpQueue[]): XdpQueue[] {
  const known = new Set(listed.map(({ index, queue }) => `${index} ${queue}`));
  const { values = [] } = readFromQueues(undefined) ?? {};
  return values.filter(({ index, queue }) => !known.has(`${index} ${queue}`));
}

/** A socket that isn't bound, or has no ring for frames that it receives, receives nothing. */
function queueOf({ inode, info, uid, receiveRing }: XdpSocket): XdpQueue | undefined {
  if (!info?.index || !receiveRing) return undefined;
  return { index: info.index, queue: info.queue, inode, ...(uid === undefined ? {} : { uid }) };
}

/**
 * Returns undefined if the kernel doesn't list queues, or doesn't show which of them have sockets.
 * @param sockets how many sockets there are at least, if known
 */
function readFromQueues(sockets: number | undefined): Seen<XdpQueue> | undefined {
  using connection = genericNetlinkConnection();
  const type = genericFamilyNumber(connection, NETDEV_FAMILY_NAME);
  if (type === undefined) return undefined;
  const request: DeviceQueue = { command: NETDEV_CMD_QUEUE_GET };
  const payload = new Uint8Array(deviceQueueSize(request));
  writeDeviceQueue(request, payload, 0);
  let dump: PartialDump<XdpQueue>;
  try {
    dump = connection.dumpPartly(
      { operation: "read the queues of interfaces", type, payload },
      ({ payload }) => receivingQueue(readDeviceQueue(payload)),
      { most: MOST_QUEUES },
    );
  } catch (error) {
    if (hasErrno(error, EOPNOTSUPP)) return undefined;
    throw error;
  }
  const { values, incomplete } = dump;
  if (incomplete !== undefined) return { values, unseen: [unseenRest(WHAT, incomplete)] };
  if (values.length === 0 && sockets !== 0 && !showsSocketsOfQueues(release())) return undefined;
  return { values, unseen: [] };
}

/** Reports whether a kernel shows which queues have sockets, as it does since Linux 6.15. Older ones may do so too. */
export function showsSocketsOfQueues(release: string): boolean {
  const [major = 0, minor = 0] = release.split(/\D+/, 2).map(Number);
  return major > 6 || (major === 6 && minor >= 15);
}

/** Each interface has at least two queues, and physical ones have hundreds. */
const MOST_QUEUES = 1_000_000;

function receivingQueue({ id = 0, index = 0, type, xsk }: DeviceQueue): XdpQueue | undefined {
  return xsk && type === NETDEV_QUEUE_TYPE_RX ? { index, queue: id } : undefined;
}

function notShown(sockets: number | undefined): Seen<XdpQueue> {
  const many = sockets === undefined ? "" : `, of which there ${sockets === 1 ? "is 1" : `are ${sockets}`}`;
  const reason = `the kernel has neither XDP_DIAG nor a list of queues that shows them${many}`;
  return { values: [], unseen: [{ what: WHAT, why: "not-examined", reason }] };
}
