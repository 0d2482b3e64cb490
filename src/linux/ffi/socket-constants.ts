// bits/socket_type.h
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOCK_CLOEXEC = 0o2000000;

// bits/socket.h
export const MSG_TRUNC = 0x20;
export const MSG_DONTWAIT = 0x40;
export const MSG_NOSIGNAL = 0x4000;
export const SCM_RIGHTS = 1;

// bits/socket.h, asm-generic/socket.h: the level of an option. Options of a single family are defined where they are
// used.
export const SOL_SOCKET = 1;
export const SOL_PACKET = 263;
export const SOL_NETLINK = 270;

// asm-generic/socket.h
export const SO_REUSEADDR = 2;
export const SO_ERROR = 4;
export const SO_RCVBUF = 8;
/** For getsockopt(2) the same number is called SO_GET_FILTER. */
export const SO_ATTACH_FILTER = 26;
/** The same number removes an eBPF program: SO_DETACH_BPF. */
export const SO_DETACH_FILTER = 27;
export const SO_RCVBUFFORCE = 33;
export const SO_DOMAIN = 39;
export const SO_ATTACH_BPF = 50;
