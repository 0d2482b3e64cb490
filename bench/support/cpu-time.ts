import { execFileSync } from "node:child_process";

/** Returns the seconds of CPU time that a command takes, in user and kernel mode. */
export function cpuTime(command: readonly string[]): number {
  const measure = `
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(usage.ru_utime + usage.ru_stime)
`;
  return Number(
    execFileSync("python3", ["-c", measure, ...command], {
      encoding: "utf8",
      env: { ...process.env, TZ: "UTC" },
    }),
  );
}
