import { readFileSync } from "node:fs";
import { capabilityNames } from "./capability-names.js";

/** Returns the effective capabilities of this process (proc_pid_status(5)), in numeric order. */
export function effectiveCapabilities(): string[] {
  const mask = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1] ?? "0";
  const bits = [...BigInt(`0x${mask}`).toString(2)].reverse();
  return bits.flatMap((bit, number) =>
    bit === "1" ? (capabilityNames[number] ?? `capability ${number}`) : [],
  );
}
