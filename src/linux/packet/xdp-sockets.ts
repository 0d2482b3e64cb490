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
import { EAFNOSUPPORT, ENOENT, EOPNOTSUPP, hasErrno } from "../ffi/errno.js";
import { FileDescriptor } from "../ffi/file-descriptor.js";
import * as libc from "../ffi/libc.js";
import { SOCK_CLOEXEC, SOCK_RAW } from "../ffi/socket-constants.js";
import { genericFamilyNumber, genericNetlinkConnection } from "../netlink/generic-netlink.js";
import { NetlinkConnection, type PartialDump } from "../netlink/netlink-connection.js";
import { NETLINK_SOCK_DIAG, NetlinkSocket } from "../netlink/netlink-socket.js";
import { type Seen, unseenBecause, unseenRest } from "../netlink/unseen.js";

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
 * (sock_diag(7)), or from the queues that the kernel lists if it has none. Needs no privilege.
 */
export function readXdpQueues(): Seen<XdpQueue> {
  try {
    return seen(readFromSockets() ?? readFromQueues()) ?? withoutFacility();
  } catch (error) {
    return { values: [], unseen: [unseenBecause(WHAT, error)] };
  }
}

function seen(dump: PartialDump<XdpQueue> | undefined): Seen<XdpQueue> | undefined {
  if (dump === undefined) return undefined;
  const { values, incomplete } = dump;
  return { values, unseen: incomplete === undefined ? [] : [unseenRest(WHAT, incomplete)] };
}

/** Returns undefined if the kernel has no XDP_DIAG. */
function readFromSockets(): PartialDump<XdpQueue> | undefined {
  using connection = new NetlinkConnection(
    (receiveSize) => new NetlinkSocket(NETLINK_SOCK_DIAG, { receiveSize }),
  );
  const payload = new Uint8Array(SOCK_DIAG_REQUEST_SIZE);
  writeSockDiagRequest(AF_XDP, XDP_SHOW_INFO | XDP_SHOW_RING_CFG, payload);
  try {
    return connection.dumpPartly(
      { operation: "read the AF_XDP sockets", type: SOCK_DIAG_BY_FAMILY, payload },
      (message) => queueOf(readXdpSocket(message.payload)),
      { most: MOST },
    );
  } catch (error) {
    if (hasErrno(error, ENOENT)) return undefined;
    throw error;
  }
}

/** A socket that isn't bound, or has no ring for frames that it receives, receives nothing. */
function queueOf({ inode, info, uid, receiveRing }: XdpSocket): XdpQueue | undefined {
  if (!info?.index || !receiveRing) return undefined;
  return { index: info.index, queue: info.queue, inode, ...(uid === undefined ? {} : { uid }) };
}

/** Returns undefined if the kernel doesn't list queues. */
function readFromQueues(): PartialDump<XdpQueue> | undefined {
  using connection = genericNetlinkConnection();
  const type = genericFamilyNumber(connection, NETDEV_FAMILY_NAME);
  if (type === undefined) return undefined;
  const request: DeviceQueue = { command: NETDEV_CMD_QUEUE_GET };
  const payload = new Uint8Array(deviceQueueSize(request));
  writeDeviceQueue(request, payload, 0);
  try {
    return connection.dumpPartly(
      { operation: "read the queues of interfaces", type, payload },
      ({ payload }) => receivingQueue(readDeviceQueue(payload)),
      { most: MOST_QUEUES },
    );
  } catch (error) {
    if (hasErrno(error, EOPNOTSUPP)) return undefined;
    throw error;
  }
}

/** Each interface has at least two queues, and physical ones have hundreds. */
const MOST_QUEUES = 1_000_000;

function receivingQueue({ id = 0, index = 0, type, xsk }: DeviceQueue): XdpQueue | undefined {
  return xsk && type === NETDEV_QUEUE_TYPE_RX ? { index, queue: id } : undefined;
}

function withoutFacility(): Seen<XdpQueue> {
  if (!hasXdpSockets()) return { values: [], unseen: [] };
  const reason = "the kernel has neither XDP_DIAG nor a list of queues that shows them";
  return { values: [], unseen: [{ what: WHAT, why: "not-examined", reason }] };
}

/** Reports whether the kernel has AF_XDP: without it, the error comes before any check of privilege. */
function hasXdpSockets(): boolean {
  const socket = libc.socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
  if (socket < 0) return libc.errno() !== EAFNOSUPPORT;
  FileDescriptor.adopt(socket)[Symbol.dispose]();
  return true;
}
