import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const VERSION = "3.1.0";

/**
 * Builds npm's `pcap` in a folder outside this project. It needs a compiler and libpcap's headers.
 * @returns the folder, or why it isn't available here
 */
export function npmPcap(): { folder: string } | { missing: string } {
  const folder = join(tmpdir(), `promisc-bench-pcap-${VERSION}`);
  const module = join(folder, "node_modules/pcap");
  if (existsSync(join(module, "build/Release/pcap_binding.node"))) return { folder: module };
  mkdirSync(folder, { recursive: true });
  const run = (cwd: string, command: string, ...args: string[]): boolean =>
    spawnSync(command, args, { cwd, stdio: "ignore" }).status === 0;
  if (!run(folder, "npm", "install", "--ignore-scripts", "--prefix", folder, `pcap@${VERSION}`))
    return { missing: "npm can't install pcap" };
  if (!run(module, "npx", "--yes", "node-gyp", "rebuild"))
    return { missing: "pcap can't be compiled: it needs a C++ compiler and libpcap-dev" };
  return { folder: module };
}
