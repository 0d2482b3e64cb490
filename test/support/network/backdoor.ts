import { compileFilter } from "../../../src/linux/filter/compile-filter.js";
import { HoldingProcess } from "../process/holding-processes.js";

/** The filter of BPFDoor as published analyses of it print it: it waits for words at the beginning of payload. */
export const BPFDOOR =
  "udp[8:2]=0x7255 or (icmp[8:2]=0x7255 and icmp[icmptype]=icmp-echo) or tcp[((tcp[12]&0xf0)>>2):2]=0x5293";

/** Python: attaches the filter of an expression to the socket `s`. */
function attachFilter(expression: string): string {
  const program = compileFilter(expression, { linkType: 1 }).map(({ code, jt, jf, k }) => [code, jt, jf, k]);
  return `
import ctypes
program = b"".join(struct.pack("HBBI", *each) for each in ${JSON.stringify(program)})
kept = ctypes.create_string_buffer(program)
s.setsockopt(1, 26, struct.pack("HxxxxxxP", ${program.length}, ctypes.addressof(kept)))`;
}

/** Starts a process with BPFDoor's filter on a packet socket for IPv4 that isn't bound to an interface. */
export function startBackdoor(): Promise<HoldingProcess> {
  return HoldingProcess.python(`
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
${attachFilter(BPFDOOR)}
wait()`);
}
