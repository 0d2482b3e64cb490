// npm start: sets up if need be, then runs the program with the arguments after --.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./build.mjs";
import { setUp } from "./setup.mjs";

await setUp();
// By Node.js, because the file itself may not be executed in every checkout: its mode may be lost, or its disk noexec.
const args = [join(root, "bin/promisc"), ...process.argv.slice(2)];
const { status, signal, error } = spawnSync(process.execPath, args, { stdio: "inherit" });
if (error) console.error(`promisc: cannot start ${process.execPath}: ${error.message}`);
if (signal) process.kill(process.pid, signal);
process.exitCode = status ?? 5;
