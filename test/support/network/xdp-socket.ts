import { HoldingProcess } from "../process/holding-processes.js";

/** Starts a process with an AF_XDP socket that receives what arrives on queue 0 of an interface, in copy mode. */
export function receiveByXdpSocket(ifname: string): Promise<HoldingProcess> {
  return HoldingProcess.python(`
import ctypes, mmap
libc = ctypes.CDLL(None, use_errno=True)
def must(result):
    if result < 0: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
AF_XDP, SOL_XDP, XDP_RX_RING, XDP_UMEM_REG, XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING = 44, 283, 2, 4, 5, 6
XDP_COPY, FRAME, FRAMES = 2, 4096, 16
fd = must(libc.socket(AF_XDP, socket.SOCK_RAW, 0))
area = mmap.mmap(-1, FRAME * FRAMES)
address = ctypes.addressof(ctypes.c_char.from_buffer(area))
def option(name, value): must(libc.setsockopt(fd, SOL_XDP, name, value, len(value)))
option(XDP_UMEM_REG, struct.pack("QQIII4x", address, FRAME * FRAMES, FRAME, 0, 0))
for ring in XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING, XDP_RX_RING: option(ring, struct.pack("I", FRAMES))
must(libc.bind(fd, struct.pack("HHIII", AF_XDP, XDP_COPY, socket.if_nametoindex("${ifname}"), 0, 0), 16))
wait()`);
}
