import type { WatchEvent } from "../../promiscuity/watch/event.js";
import { type WatchStart, watchPromiscuity } from "../../promiscuity/watch/watch.js";
import { printable } from "../format/text.js";
import { formatWatchEvent } from "../format/watch-event.js";
import type { GlobalOptions } from "../global-options.js";
import { write, writeJson } from "../output.js";

interface CommandOptions extends GlobalOptions {
  readonly trace: boolean;
}

/** Prints a line a change until a signal ends it. */
export async function watch(names: readonly string[], { json, trace }: CommandOptions): Promise<void> {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => controller.abort());
  for await (const event of watchPromiscuity({ signal: controller.signal, trace, onReady })) {
    if (names.length > 0 && !isAbout(event, names)) continue;
    if (json) writeJson(event);
    else write(1, `${printable(formatWatchEvent(event))}\n`);
  }
}

function onReady({ namespaces, untraced }: WatchStart): void {
  write(2, `watching ${namespaces} network namespace${namespaces === 1 ? "" : "s"}; Ctrl-C ends it\n`);
  if (untraced) write(2, `${printable(untraced.message)}: who holds only for a moment may not be named\n`);
}

/** A loss is about every interface. */
function isAbout(event: WatchEvent, names: readonly string[]): boolean {
  if (event.event === "lost") return true;
  return names.includes(event.ifname) || (event.event === "renamed" && names.includes(event.from));
}
