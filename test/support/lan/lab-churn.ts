// Makes and kills labs in a user namespace with a limited number of network namespaces: node lab-churn.js. The kernel
// enforces the limit, which shows whether all are gone at the end.

import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { createLan } from "../../../src/lab/lan.js";
import { spawn } from "../process/child-process.js";
import { processesWith } from "../process/marked-processes.js";
import { program } from "../process/program.js";

const LABS = 50;
const HOSTS = 5;
/** How many labs are killed at a time. */
const TOGETHER = 4;
/** One of them is this process's own. */
const MOST_NAMESPACES = 101;
const MARK = "PROMISC_LAB_CHURN";

writeFileSync("/proc/sys/user/max_net_namespaces", String(MOST_NAMESPACES));
process.env[MARK] = String(process.pid);

const files = (): number => readdirSync("/proc/self/fd").length;

/**
 * Makes a LAN as soon as the kernel has removed enough namespaces, which it does in the background. It doesn't do so
 * before it has removed those of the last attempt, and so the pauses grow.
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

/** Starts a lab whose command has a child, and kills it at a random moment. */
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

// With as many hosts as the limit allows, none of the earlier namespaces can be left.
const hosts = await makeLan(MOST_NAMESPACES - 1);
console.log(JSON.stringify({ filesLeft, processesLeft, hosts }));
