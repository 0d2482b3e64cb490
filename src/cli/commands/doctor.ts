import type { GlobalOptions } from "../main.js";
export function doctor(_o: GlobalOptions): void {}
