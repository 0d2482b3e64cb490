import {
  CTRL_CMD_GETFAMILY,
  GENL_ID_CTRL,
  type GenericFamily,
  genericFamilySize,
  readGenericFamily,
  writeGenericFamily,
} from "../../wire/kernel/generic-netlink/control.js";
import { ENOENT, hasErrno } from "../ffi/errno.js";
import { NetlinkConnection } from "./netlink-connection.js";
import { NETLINK_GENERIC, NetlinkSocket } from "./netlink-socket.js";

/** Opens a connection to the generic netlink families of the calling thread's network namespace. */
export function genericNetlinkConnection(): NetlinkConnection {
  return new NetlinkConnection((receiveSize) => new NetlinkSocket(NETLINK_GENERIC, { receiveSize }));
}

/**
 * Returns the number of a generic netlink family, which is the type of its messages (CTRL_CMD_GETFAMILY). The kernel
 * looks for a module of a family that it doesn't know.
 * @returns undefined if the kernel has no such family
 */
export function genericFamilyNumber(connection: NetlinkConnection, name: string): number | undefined {
  const request: GenericFamily = { command: CTRL_CMD_GETFAMILY, name };
  const payload = new Uint8Array(genericFamilySize(request));
  writeGenericFamily(request, payload, 0);
  try {
    const reply = connection.get({
      operation: `find the netlink family ${name}`,
      type: GENL_ID_CTRL,
      payload,
    });
    return readGenericFamily(reply.payload).id;
  } catch (error) {
    if (hasErrno(error, ENOENT)) return undefined;
    throw error;
  }
}
