// node scripts/keep-tcpdump-lines.mjs: prints the captures of test/support/capture/captures with this machine's
// tcpdump, and stores the lines and tcpdump's version there. The test of promisc's lines compares with them.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./build.mjs";
import { setUp } from "./setup.mjs";
import { transpile } from "./transpile.mjs";

await setUp();
await transpile();
await import(pathToFileURL(join(root, "build/test/support/capture/keep-tcpdump-lines.js")).href);
