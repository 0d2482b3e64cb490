// scripts/keep-tcpdump-lines.mjs runs this file.
import { keep } from "./tcpdump-lines.js";

keep();
