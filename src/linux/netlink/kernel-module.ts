import { existsSync } from "node:fs";
import { release } from "node:os";
import { textOf } from "../file/text-file.js";

/**
 * What can be found out about a part of the kernel that may be a module, without asking it anything: a request to a
 * part that isn't loaded makes the kernel load it.
 *
 * - `present`: it is built in or loaded, or the kernel can't load modules, so that asking changes nothing
 * - `loadable`: it isn't loaded, and asking would load it
 * - `absent`: this kernel doesn't have it
 * - `unknown`: the files that would show it aren't visible here, as in a container
 */
export type ModulePresence = "present" | "loadable" | "absent" | "unknown";

/**
 * Finds out whether the kernel has a part that may be a module.
 * @param name the module's name, with underscores
 * @param symbol a function of the part, which /proc/kallsyms shows if the part is there
 * @param root the directory that has /proc, /sys and /lib, with a slash at its end
 */
export function findKernelModule(name: string, symbol: string, root = "/"): ModulePresence {
  if (existsSync(`${root}sys/module/${name}`)) return "present";
  // A kernel that can't load modules has no list of them. A /proc that shows only processes has neither file (proc(5)).
  if (!existsSync(`${root}proc/modules`) && existsSync(`${root}proc/loadavg`)) return "present";
  const modules = `${root}lib/modules/${release()}`;
  const builtIn = textOf(`${modules}/modules.builtin`);
  if (builtIn?.includes(`/${name}.ko`)) return "present";
  if (textOf(`${modules}/modules.dep`)?.includes(`/${name}.ko`)) return "loadable";
  if (builtIn !== undefined) return "absent";
  // A container doesn't show the host's modules. What is built in is visible, unless the kernel hides its symbols.
  return textOf(`${root}proc/kallsyms`)?.includes(` ${symbol}`) ? "present" : "unknown";
}
