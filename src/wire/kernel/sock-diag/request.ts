import { writeU32 } from "../../bytes.js";

/** linux/sock_diag.h: the request for the sockets of one address family. */
export const SOCK_DIAG_BY_FAMILY = 20;

/** Size of `struct packet_diag_req` and of `struct xdp_diag_req`, which are alike. */
export const SOCK_DIAG_REQUEST_SIZE = 20;

const field = { family: 0, show: 8 } as const;

/**
 * Writes a `struct packet_diag_req` or `struct xdp_diag_req` for all sockets of a family in the namespace.
 * @param family `AF_PACKET` or `AF_XDP`
 * @param show the properties to report: `PACKET_SHOW_*` or `XDP_SHOW_*`
 */
export function writeSockDiagRequest(family: number, show: number, into: Uint8Array): void {
  into.fill(0, 0, SOCK_DIAG_REQUEST_SIZE);
  into[field.family] = family;
  writeU32(into, field.show, show);
}
