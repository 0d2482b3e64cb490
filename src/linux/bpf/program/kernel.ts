import { procPidNamespace } from "../../pid-namespace.js";
import { type Architecture, thisArchitecture } from "../architecture.js";
import { type KernelLayout, kernelLayout } from "../kernel-layout.js";

/** What the program must know about the kernel that it is for. */
export interface Kernel extends Architecture {
  readonly layout: KernelLayout;
  /** The inode number of the PID namespace in whose numbers processes are reported. */
  readonly pidNamespace: number;
}

/** The running one, which reports processes by the numbers that /proc has for them. @throws PromiscError `kernel` */
export function thisKernel(): Kernel {
  return kernelOf(kernelLayout(), thisArchitecture(), procPidNamespace());
}

export function kernelOf(layout: KernelLayout, architecture: Architecture, pidNamespace: number): Kernel {
  return { ...architecture, layout, pidNamespace };
}
