import { release } from "node:os";
import { counted } from "../../counted.js";
import { PromiscError } from "../../errors.js";
import { findKernelModule } from "../netlink/kernel-module.js";
import { readPacketSockets } from "../packet/packet-diag.js";
import type { Facility } from "./facility.js";

const name = "PACKET_DIAG";

/** Reports whether the kernel can list which packet sockets hold an interface (sock_diag(7)). */
export function packetDiag(): Facility {
  const presence = findKernelModule("af_packet_diag", "packet_diag_handler_dump");
  // Asking would load the module, and doctor changes nothing.
  if (presence === "loadable")
    return {
      name,
      available: true,
      detail: "as the module af_packet_diag, which the kernel loads when asked",
    };
  if (presence === "unknown")
    return {
      name,
      detail: "it can't be seen on this system, and asking could load a kernel module",
      remedy: "sudo modprobe af_packet_diag",
    };
  if (presence === "absent")
    return {
      name,
      available: false,
      detail: "this kernel has no af_packet_diag, built in or as a module",
      remedy: `install the kernel's extra modules (Ubuntu: sudo apt install linux-modules-extra-${release()})`,
    };
  return ask();
}

function ask(): Facility {
  try {
    return {
      name,
      available: true,
      detail: `it lists ${counted(readPacketSockets().sockets.length, "packet socket")} here`,
    };
  } catch (error) {
    if (!(error instanceof PromiscError)) throw error;
    return { name, available: false, detail: error.message, remedy: "sudo modprobe af_packet_diag" };
  }
}
