import { PromiscError } from "../errors.js";
import { present } from "../present.js";
import { writeU16 } from "../wire/bytes.js";
import { writeBe16 } from "../wire/network-order.js";
import { check, EADDRINUSE, hasErrno } from "./ffi/errno.js";
import { AF_INET, FileDescriptor, SOCK_STREAM } from "./ffi/file-descriptor.js";
import * as libc from "./ffi/libc.js";

// bits/socket.h
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
/** `struct sockaddr_in` (ip(7)): family, port and address in network byte order, padding. */
const SOCKADDR_IN_SIZE = 16;
const field = { family: 0, port: 2, address: 4 } as const;

/**
 * A TCP socket bound to an IPv4 address, for Node.js to listen on: `server.listen({ fd })`. Node.js itself binds in a later
 * turn of the event loop, when the calling thread may be in another network namespace. The descriptor is the server's, which
 * closes it.
 * @param address four bytes
 * @param operation what it is for, after "cannot" in an error
 * @throws PromiscError `kernel` with `EADDRINUSE` if something listens there, `privilege` for a port that needs it
 */
export function boundTcpSocket(address: Uint8Array, port: number, operation: string): number {
  const socket = FileDescriptor.socket(AF_INET, SOCK_STREAM, 0, operation);
  try {
    // Connections that ended a moment ago still have the port; a listener keeps it all the same.
    const on = Int32Array.of(1);
    check(libc.setsockopt(socket.number, SOL_SOCKET, SO_REUSEADDR, on, on.byteLength), operation);
    const bytes = new Uint8Array(SOCKADDR_IN_SIZE);
    writeU16(bytes, field.family, AF_INET);
    writeBe16(bytes, field.port, port);
    bytes.set(address, field.address);
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
