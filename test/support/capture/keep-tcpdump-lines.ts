// Run by scripts/keep-tcpdump-lines.mjs.
import { keep } from "./tcpdump-lines.js";

keep();
