import { ownUserNamespace, procPidNamespace } from "../../process/own-namespaces.js";
import { type Architecture, thisArchitecture } from "../architecture.js";
import { type KernelLayout, kernelLayout } from "../kernel-layout.js";

/** What the program depends on in the kernel for which it is assembled. */
export interface Kernel extends Architecture {
  readonly layout: KernelLayout;
  /** The inode number of the PID namespace in which process IDs are reported. */
  readonly pidNamespace: number;
  /** The inode number of this process's user namespace. Only root can create network namespaces that belong to it. */
  readonly userNamespace: number;
}

/**
 * Returns the running kernel's properties; process IDs are reported as /proc shows them.
 * @throws PromiscError `kernel` if the kernel isn't suitable
 */
export function thisKernel(): Kernel {
  return kernelOf(kernelLayout(), thisArchitecture(), {
    pidNamespace: procPidNamespace(),
    userNamespace: ownUserNamespace(),
  });
}

export function kernelOf(
  layout: KernelLayout,
  architecture: Architecture,
  namespaces: Pick<Kernel, "pidNamespace" | "userNamespace">,
): Kernel {
  return { ...architecture, layout, ...namespaces };
}
