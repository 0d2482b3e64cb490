import { readdirSync, readFileSync } from "node:fs";

/** Returns the other processes with a value of an environment variable that haven't ended. */
export function processesWith(variable: string, value: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      return (
        /^\d+$/.test(pid) &&
        Number(pid) !== process.pid &&
        readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(`${variable}=${value}`) &&
        !readFileSync(`/proc/${pid}/stat`, "latin1").includes(") Z ")
      );
    } catch {
      return false;
    }
  });
}
