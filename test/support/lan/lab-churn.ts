// Makes and kills labs in a user namespace that may have so many network namespaces and no more:
// node lab-churn.js. The kernel's own count says whether all are gone at the end.

import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { createLan } from "../../../src/lab/lan.js";
import { spawn } from "../process/child-process.js";
import { processesWith } from "../process/marked-processes.js";
import { program } from "../process/program.js";

const LABS = 50;
const HOSTS = 5;
/** So many are killed at a time. */
const TOGETHER = 4;
/** This process has one itself. */
const MOST_NAMESPACES = 101;
const MARK = "PROMISC_LAB_CHURN";

writeFileSync("/proc/sys/user/max_net_namespaces", String(MOST_NAMESPACES));
process.env[MARK] = String(process.pid);

const files = (): number => readdirSync("/proc/self/fd").length;

/**
 * Makes a LAN as soon as the kernel has cleared away so many namespaces, which it does in the background, and not before it
 * has done so with those of the last attempt: therefore ever longer pauses.
 */
async function makeLan(hosts: number): Promise<number> {
  for (let pause = 50; ; pause *= 2)
    try {
      using lan = createLan({ hosts });
      return lan.hosts.length;
    } catch (error) {
      if (pause > 60_000) throw error;
      await setTimeout(pause);
    }
}

await makeLan(2);
const filesBefore = files();
for (let lab = 0; lab < LABS; lab++) await makeLan(HOSTS);
const filesLeft = files() - filesBefore;

/** Starts a lab whose command has a child of its own, and kills it at any moment. */
async function killLab(): Promise<void> {
  const command = ["sh", "-c", "sleep 1000 & sleep 1000"];
  const child = spawn(program, ["lab", "exec", "1", "--hosts", String(HOSTS), "--", ...command], {
    stdio: "ignore",
  });
  await setTimeout(Math.random() * 400);
  child.kill("SIGKILL");
  await once(child, "exit");
}

for (let lab = 0; lab < LABS; lab += TOGETHER)
  await Promise.all(Array.from({ length: Math.min(TOGETHER, LABS - lab) }, killLab));
await setTimeout(200);

const processesLeft = processesWith(MARK, String(process.pid));

// As many hosts as there may be namespaces: none is left of before.
const hosts = await makeLan(MOST_NAMESPACES - 1);
console.log(JSON.stringify({ filesLeft, processesLeft, hosts }));
