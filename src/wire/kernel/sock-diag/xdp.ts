import { need, readU32, writeU32 } from "../../bytes.js";
import { AF_XDP } from "../address-family.js";
import {
  type AttributeCodec,
  AttributeSet,
  type AttributeValues,
  attribute,
  u32,
} from "../netlink/attribute.js";

// linux/xdp_diag.h: what a request asks the kernel to report. XDP_SHOW_INFO includes the user.
export const XDP_SHOW_INFO = 0x01;
export const XDP_SHOW_RING_CFG = 0x02;

/** `struct xdp_diag_info`: the queue that the socket is bound to. */
export interface XdpSocketInfo {
  /** The index of the interface; 0 if the socket isn't bound. */
  index: number;
  queue: number;
}

const INFO_SIZE = 8;
const infoField = { index: 0, queue: 4 } as const;

const infoCodec: AttributeCodec<XdpSocketInfo> = {
  read(bytes, offset, length, path) {
    need(path, 0, INFO_SIZE, length);
    return {
      index: readU32(bytes, offset + infoField.index),
      queue: readU32(bytes, offset + infoField.queue),
    };
  },
  size: () => INFO_SIZE,
  write(value, into, offset) {
    writeU32(into, offset + infoField.index, value.index);
    writeU32(into, offset + infoField.queue, value.queue);
  },
};

// linux/xdp_diag.h: XDP_DIAG_*. `struct xdp_diag_ring` is one number, of descriptors.
const xdpSocketAttributes = {
  info: attribute(1, "XDP_DIAG_INFO", infoCodec),
  uid: attribute(2, "XDP_DIAG_UID", u32),
  receiveRing: attribute(3, "XDP_DIAG_RX_RING", u32),
};

const attributes = new AttributeSet(xdpSocketAttributes);

/** `struct xdp_diag_msg` with its attributes: one AF_XDP socket. */
export interface XdpSocket extends AttributeValues<typeof xdpSocketAttributes> {
  /** The socket's inode number, as in `/proc/PID/fd`: `socket:[INODE]`. */
  inode: number;
}

const XDP_DIAG_MSG_SIZE = 16;
const field = { family: 0, inode: 4 } as const;

export function readXdpSocket(payload: Uint8Array): XdpSocket {
  need("xdp_diag_msg", 0, XDP_DIAG_MSG_SIZE, payload.length);
  return {
    inode: readU32(payload, field.inode),
    ...attributes.read(payload, XDP_DIAG_MSG_SIZE, payload.length, "xdp_diag_msg"),
  };
}

export function xdpSocketSize(socket: XdpSocket): number {
  return XDP_DIAG_MSG_SIZE + attributes.size(socket);
}

export function writeXdpSocket(socket: XdpSocket, into: Uint8Array, offset: number): number {
  into.fill(0, offset, offset + XDP_DIAG_MSG_SIZE);
  into[offset + field.family] = AF_XDP;
  writeU32(into, offset + field.inode, socket.inode);
  return attributes.write(socket, into, offset + XDP_DIAG_MSG_SIZE);
}
