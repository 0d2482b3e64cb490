import { ownUserNamespace, procPidNamespace } from "../../process/own-namespaces.js";
import { type Architecture, thisArchitecture } from "../architecture.js";
import { type KernelLayout, kernelLayout } from "../kernel-layout.js";

/** What the program must know about the kernel that it is for. */
export interface Kernel extends Architecture {
  readonly layout: KernelLayout;
  /** The inode number of the PID namespace in whose numbers processes are reported. */
  readonly pidNamespace: number;
  /** The inode number of this process's user namespace: only root makes network namespaces that belong to it. */
  readonly userNamespace: number;
}

/** The running one, which reports processes by the numbers that /proc has for them. @throws PromiscError `kernel` */
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
