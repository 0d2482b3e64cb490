import { existsSync } from "node:fs";
import { PromiscError } from "../../errors.js";
import { BTF_FILE, kernelLayout } from "../bpf/kernel-layout.js";
import type { Facility } from "./facility.js";

const name = "BTF";

/** Whether the kernel describes its types, by which a trace of system calls finds what it reads (Documentation/bpf/btf.rst). */
export function btf(): Facility {
  try {
    kernelLayout();
    return { name, available: true, detail: `${BTF_FILE} has what is needed` };
  } catch (error) {
    if (!(error instanceof PromiscError)) throw error;
    const { message, hint = "" } = error;
    if (existsSync(BTF_FILE)) return { name, available: false, detail: message, remedy: hint };
    return {
      name,
      available: false,
      detail: `there is no ${BTF_FILE}`,
      remedy: `${hint}; in a container, have /sys mounted`,
    };
  }
}
