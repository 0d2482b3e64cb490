import type { Link } from "./link.js";

/** Where an XDP program runs: in the driver, in the kernel's generic code after it, or on the network card. */
export type XdpMode = "driver" | "generic" | "hardware";

/** An XDP program that is attached to a link. */
export interface XdpProgram {
  readonly mode: XdpMode;
  readonly programId: number;
}

/** linux/if_link.h: XDP_ATTACHED_*. */
const attachedModes: Readonly<Record<number, XdpMode>> = { 1: "driver", 2: "generic", 3: "hardware" };

/**
 * Returns the XDP programs of a link, at most one for each mode. Kernels before 4.19 report a single program by
 * `IFLA_XDP_ATTACHED` and `IFLA_XDP_PROG_ID` alone.
 */
export function xdpPrograms({ xdp }: Pick<Link, "xdp">): XdpProgram[] {
  if (!xdp?.attached) return [];
  const byMode: [XdpMode, number | undefined][] = [
    ["driver", xdp.driverProgramId],
    ["generic", xdp.genericProgramId],
    ["hardware", xdp.hardwareProgramId],
  ];
  const programs = byMode.flatMap(([mode, programId]) => (programId ? [{ mode, programId }] : []));
  const mode = attachedModes[xdp.attached];
  if (programs.length === 0 && mode && xdp.programId) return [{ mode, programId: xdp.programId }];
  return programs;
}
