import { hex } from "./hex.js";

/**
 * XDP_DIAG's message about a socket that receives from queue 0 of an interface in copy mode, with everything that Linux
 * 6.1.0-56-amd64 of Debian can show about it. `node scripts/xdp-diag.mjs` prints such messages.
 */
export const xdpSocket = hex(`
  2c # xdiag_family AF_XDP
  03 # xdiag_type SOCK_RAW
  00 00
  ab 27 00 00 # xdiag_ino
  01 00 00 00 00 00 00 00 # xdiag_cookie
  0c 00 01 00 03 00 00 00 00 00 00 00 # XDP_DIAG_INFO: ifindex 3, queue 0
  08 00 02 00 00 00 00 00 # XDP_DIAG_UID
  08 00 03 00 10 00 00 00 # XDP_DIAG_RX_RING: 16 descriptors
  2c 00 05 00 # XDP_DIAG_UMEM
    00 00 00 00 00 00 01 00 00 00 00 00 10 00 00 00 00 10 00 00
    00 00 00 00 03 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00
  08 00 06 00 10 00 00 00 # XDP_DIAG_UMEM_FILL_RING
  08 00 07 00 10 00 00 00 # XDP_DIAG_UMEM_COMPLETION_RING
  28 00 08 00 # XDP_DIAG_MEMINFO
    00 00 00 00 00 40 03 00 00 00 00 00 00 40 03 00 00 00 00 00
    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
  34 00 09 00 # XDP_DIAG_STATS
    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
`);
