import { PromiscError } from "../../errors.js";
import { holdPromiscuous } from "../../promiscuity/hold.js";
import type { PromiscuityChange } from "../../promiscuity/promiscuity.js";
import { WakeQueue } from "../../wake-queue.js";
import { printable } from "../format/text.js";
import { reportError } from "../output/report-error.js";
import { write, writeJson } from "../output/write.js";
import type { OptionsOf } from "../program.js";
import { untilAskedToEnd } from "../signals.js";

/** Holds interfaces until a signal asks promisc to end, or until all of the interfaces are gone. */
export async function hold(
  names: readonly string[],
  { json, debug = false }: OptionsOf<"hold">,
): Promise<void> {
  const gone = new WakeQueue<string>(untilAskedToEnd());
  using hold = holdPromiscuous(names, { onGone: (ifname) => gone.push(ifname) });
  const held = new Set<string>();
  for (const change of hold.interfaces) {
    held.add(change.ifname);
    report("held", change, json);
  }
  for await (const ifname of gone) {
    held.delete(ifname);
    reportError(goneError(ifname), debug);
    if (json) writeJson({ event: "gone", ifname });
    if (held.size === 0) break;
  }
  for (const change of hold.release()) report("released", change, json);
}

function report(event: "held" | "released", change: PromiscuityChange, json = false): void {
  if (json) {
    writeJson({ event, ...change });
    return;
  }
  const { ifname, before, after } = change;
  const state =
    event === "held" ? "held promiscuous" : after.promiscuous ? "let go, still promiscuous" : "let go";
  const advice = event === "held" ? "; Ctrl-C lets go" : "";
  write(1, `${printable(ifname)}: ${state}: count ${before.promiscuity} -> ${after.promiscuity}${advice}\n`);
}

function goneError(ifname: string): PromiscError {
  return new PromiscError({
    code: "no-interface",
    operation: `hold ${ifname} promiscuous any longer`,
    reason: "it was removed, or moved to another network namespace",
    hint: "the kernel ended the membership with it; hold it again when it is back",
  });
}
