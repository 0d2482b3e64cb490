// node scripts/xdp-diag.mjs: boots Debian's kernel with its module for XDP_DIAG in a virtual machine, compares what
// promisc says there about AF_XDP sockets with ss(8), and prints the kernel's messages, from which
// test/support/wire/golden/xdp-sockets.ts was made. Needs root, gcc-12, make and what the other virtual machines need.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./build.mjs";
import { setUp } from "./setup.mjs";
import { transpile } from "./transpile.mjs";

await setUp();
await transpile();
await import(pathToFileURL(join(root, "build/test/support/virtual-machine/xdp-diag.js")).href);
