import { emitEvent, type Maps } from "./emit-event.js";
import { FrameAssembler } from "./frame-assembler.js";
import type { Kernel } from "./kernel.js";
import { locateSocket } from "./locate-socket.js";
import { requirePrivilege } from "./require-privilege.js";
import { selectCall } from "./select-call.js";
import { selectRequest } from "./select-request.js";

/**
 * Returns the program for the tracepoint `sys_exit`, which writes system calls that may have changed promiscuity to a
 * ring buffer. It runs when the calls return, so that calls which the kernel refused are left out.
 * @param withListeners whether it also writes the calls by which a socket begins to receive frames
 */
export function promiscuityProgram(kernel: Kernel, maps: Maps, withListeners: boolean): Uint8Array {
  const program = new FrameAssembler();
  selectCall(program, kernel, withListeners);
  locateSocket(program, kernel, withListeners);
  selectRequest(program, kernel, withListeners);
  requirePrivilege(program, kernel);
  emitEvent(program, kernel, maps);
  program.label("out");
  program.move("r0", 0);
  program.exit();
  return program.assemble();
}
