// A monitor that an ordinary user can stop, blind or fill up is worthless. This tries all of it at once for twenty
// minutes.
import { ip } from "../test/support/network/namespace.js";
import { noUnprivilegedNamespaces } from "../test/support/network/unprivileged-namespaces.js";
import { soak } from "../test/support/watch/soak.js";
import { noTracing } from "../test/support/watch/tracing.js";
import { isolateOrEnd } from "./support/isolate.js";
import { claim, figures, result } from "./support/report.js";

isolateOrEnd("soak");
const lacking = noTracing || noUnprivilegedNamespaces;
if (lacking) {
  console.log(`\nsoak is left out: ${lacking}`);
  process.exit();
}

const minutes = Number(process.env["SOAK_MINUTES"] ?? 20);
/** By then everything is loaded and compiled, and the load is at its maximum. */
const settledAfter = minutes / 4;

ip("link add soak0 type veth peer name soak1");
const { holders, named, memory, isAlive, events, left } = await soak("soak0", minutes * 60);

const MIB = 2 ** 20;
/** Returns the largest memory use during the tenth of the time before a minute. */
const memoryAt = (minute: number): number =>
  Math.max(...memory.slice(Math.floor((minute - minutes / 10) * 60), minute * 60));
const wrong = holders.filter((pid, at) => named[at] !== pid).length;

claim(
  `${minutes} minutes of watch --json as the systemd unit runs it, while an ordinary user attacks it in every known way`,
);
figures([
  ["holders of 100 ms and longer that were named", `${holders.length - wrong} of ${holders.length}`],
  ["other holders that were named", String(Math.max(0, named.length - holders.length))],
  ["alive at the end", isAlive ? "yes" : "no"],
  ...Object.entries(events).map(([event, count]): [string, string] => [`events: ${event}`, String(count)]),
  [`resident memory at minute ${settledAfter}`, `${Math.round(memoryAt(settledAfter) / MIB)} MiB`],
  [`resident memory at minute ${minutes}`, `${Math.round(memoryAt(minutes) / MIB)} MiB`],
  ["left after kill -9", left.join(", ") || "nothing"],
]);
result("memory, end / settled", memoryAt(minutes) / memoryAt(settledAfter), "", { atMost: 1.1 });
