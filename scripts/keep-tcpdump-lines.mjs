// node scripts/keep-tcpdump-lines.mjs: has the tcpdump of this machine print the captures of test/support/capture/captures,
// and keeps its lines there, with its version, for the test of promisc's lines.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./build.mjs";
import { setUp } from "./setup.mjs";
import { transpile } from "./transpile.mjs";

await setUp();
await transpile();
await import(pathToFileURL(join(root, "build/test/support/capture/keep-tcpdump-lines.js")).href);
