import type { GlobalOptions } from "../global-options.js";
export function doctor(_o: GlobalOptions): void {}
