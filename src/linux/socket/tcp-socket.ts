import { PromiscError } from "../../errors.js";
import { present } from "../../present.js";
import { AF_INET } from "../../wire/kernel/address-family.js";
import { SOCKADDR_IN_SIZE, writeInetSocketAddress } from "../../wire/kernel/socket-address.js";
import { check, EADDRINUSE, hasErrno } from "../ffi/errno.js";
import { FileDescriptor } from "../ffi/file-descriptor.js";
import * as libc from "../ffi/libc.js";
import { SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET } from "../ffi/socket-constants.js";

/**
 * Returns a TCP socket bound to an IPv4 address, for Node.js to listen on: `server.listen({ fd })`. Node.js itself
 * would bind in a later turn of the event loop, when the calling thread may be in another network namespace. The server
 * owns the descriptor and closes it.
 * @param address four bytes
 * @param operation what the socket is for, as a phrase that follows "cannot" in an error
 * @throws PromiscError `kernel` with `EADDRINUSE` if something listens there, `privilege` for a port that needs it
 */
export function boundTcpSocket(address: Uint8Array, port: number, operation: string): number {
  const socket = FileDescriptor.socket(AF_INET, SOCK_STREAM, 0, operation);
  try {
    // Connections that ended a moment ago still occupy the port; with this option only a listener does.
    const on = Int32Array.of(1);
    check(libc.setsockopt(socket.number, SOL_SOCKET, SO_REUSEADDR, on, on.byteLength), operation);
    const bytes = new Uint8Array(SOCKADDR_IN_SIZE);
    writeInetSocketAddress(address, port, bytes, 0);
    check(libc.bind(socket.number, bytes, bytes.length), operation, { needs: "CAP_NET_BIND_SERVICE" });
    return socket.number;
  } catch (error) {
    socket[Symbol.dispose]();
    throw hasErrno(error, EADDRINUSE) ? portTaken(error as PromiscError, port) : error;
  }
}

function portTaken({ operation, errno }: PromiscError, port: number): PromiscError {
  return new PromiscError({
    code: "kernel",
    operation,
    ...present({ errno }),
    hint: `a service listens on port ${port} already: give another port, or stop that service`,
  });
}
