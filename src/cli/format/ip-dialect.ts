import { spawnSync } from "node:child_process";

/** What differs between versions of `ip`. */
export interface IpDialect {
  /** Whether an address's protocol (`proto kernel_ll`) is printed: since iproute2 6.3. */
  readonly addressProtocol: boolean;
}

/** As the installed `ip` prints; without one, as the newest does. */
export function installedIp(): IpDialect {
  const { stdout } = spawnSync("ip", ["-V"], { encoding: "latin1" });
  const match = /iproute2-(\d+)\.(\d+)/.exec(stdout ?? "");
  if (!match) return { addressProtocol: true };
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return { addressProtocol: major > 6 || (major === 6 && minor >= 3) };
}
