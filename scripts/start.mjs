// npm start: sets up if need be, then runs the program with the arguments after --.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./build.mjs";
import { setUp } from "./setup.mjs";

await setUp();
const { status, signal } = spawnSync(join(root, "bin/promisc"), process.argv.slice(2), { stdio: "inherit" });
if (signal) process.kill(process.pid, signal);
process.exitCode = status ?? 1;
