// npm start: sets up if necessary, then runs the program with the arguments after --.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./build.mjs";
import { setUp } from "./setup.mjs";

await setUp();
// Run it with node, because the file itself may not be executable in every checkout: its mode may be lost, or the file
// system mounted noexec.
const args = [join(root, "bin/promisc"), ...process.argv.slice(2)];
const { status, signal, error } = spawnSync(process.execPath, args, { stdio: "inherit" });
if (error) console.error(`promisc: cannot start ${process.execPath}: ${error.message}`);
if (signal) process.kill(process.pid, signal);
process.exitCode = status ?? 5;
