import { AttributeSet, type AttributeValues, attribute, nested, u32 } from "../netlink/attribute.js";
import { GENL_HDRLEN, readGenericHeader, writeGenericHeader } from "./header.js";

// linux/netdev.h: the generic netlink family of network devices (Documentation/netlink/specs/netdev.yaml).
export const NETDEV_FAMILY_NAME = "netdev";
export const NETDEV_CMD_QUEUE_GET = 10;
const NETDEV_FAMILY_VERSION = 1;

/** linux/netdev.h: enum netdev_queue_type. */
export const NETDEV_QUEUE_TYPE_RX = 0;

/** The kernel describes an AF_XDP socket by an attribute without content. */
const describedSocket = new AttributeSet({});

// linux/netdev.h: NETDEV_A_QUEUE_*
const queueAttributes = {
  id: attribute(1, "NETDEV_A_QUEUE_ID", u32),
  index: attribute(2, "NETDEV_A_QUEUE_IFINDEX", u32),
  type: attribute(3, "NETDEV_A_QUEUE_TYPE", u32),
  /** Present if an AF_XDP socket receives the queue's frames. */
  xsk: attribute(7, "NETDEV_A_QUEUE_XSK", nested(describedSocket)),
};

const attributes = new AttributeSet(queueAttributes);

/** A queue of a network device. */
export interface DeviceQueue extends AttributeValues<typeof queueAttributes> {
  command: number;
}

/** Reads the reply to NETDEV_CMD_QUEUE_GET. */
export function readDeviceQueue(payload: Uint8Array): DeviceQueue {
  const { command } = readGenericHeader(payload);
  return {
    command,
    ...attributes.read(payload, GENL_HDRLEN, payload.length, "netdev queue"),
  };
}

export function deviceQueueSize(queue: DeviceQueue): number {
  return GENL_HDRLEN + attributes.size(queue);
}

export function writeDeviceQueue(queue: DeviceQueue, into: Uint8Array, offset: number): number {
  writeGenericHeader({ command: queue.command, version: NETDEV_FAMILY_VERSION }, into, offset);
  return attributes.write(queue, into, offset + GENL_HDRLEN);
}
