import { awaitReader } from "../../capture/file/write/await-reader.js";
import { type LiveCapture, openCapture } from "../../capture/live/capture.js";
import { defaultCaptureInterface } from "../../capture/live/choose-interface.js";
import { ANY_INTERFACE } from "../../capture/live/live-interface.js";
import type { CaptureStatistics, PacketClasses } from "../../capture/live/statistics.js";
import { Pump } from "../../capture/pump.js";
import { counted } from "../../counted.js";
import { standardOutputPipe } from "../../linux/file/standard-output-pipe.js";
import {
  planRelinquishment,
  type Relinquishment,
  relinquishPrivileges,
} from "../../linux/privilege/relinquish-privileges.js";
import { present } from "../../present.js";
import { printable } from "../format/text.js";
import { isReaderGone, write, writeExactly } from "../output/write.js";
import { untilAskedToEnd } from "../signals.js";
import { skipping } from "./file-filter.js";
import { formatLinkType } from "./link-type.js";
import { type CaptureRequest, splitDirectory } from "./request.js";
import { openSinks, ownedBy } from "./sink/open-sinks.js";

/**
 * Captures until a signal, or until the output has enough packets. All packets that the kernel had received by then are
 * processed.
 */
export async function captureLive(request: CaptureRequest, names: readonly string[]): Promise<void> {
  const { filter, optimize, live } = request;
  using capture = openCapture(names.length > 0 ? names : [defaultCaptureInterface()], {
    ...live,
    filter,
    optimize,
    onInterface: ({ event, ifname }) =>
      write(
        2,
        `promisc: ${printable(ifname)}: the interface ${event === "down" ? "went down" : "disappeared"}\n`,
      ),
  });
  const signal = untilAskedToEnd();
  const relinquishment = planRelinquishment(request.user);
  const pump = await openPump(request, capture, relinquishment, signal);
  if (!pump) return;
  relinquishPrivileges(relinquishment, { directory: splitDirectory(request) });
  process.on("SIGUSR1", () => write(2, formatCounts(capture.statistics)));
  using _progress = showProgress(request, capture);
  // A program that waits for these lines may send a signal at once.
  announce(capture, request, relinquishment.about);
  try {
    await pump.run(signal);
  } catch (error) {
    if (!isReaderGone(error)) throw error;
  } finally {
    if (request.output !== "classes") write(2, formatSummary(capture.statistics));
  }
}

/** How often -v -w prints how many packets were captured, as in tcpdump. */
const PROGRESS_MS = 1000;

/** With -v, and if packets are only written to a file, prints every second how many there are. */
function showProgress({ file, output, print }: CaptureRequest, capture: LiveCapture): Disposable | undefined {
  if (file === undefined || output !== "none" || print.verbose === 0) return undefined;
  const show = (): void => writeExactly(2, `Got ${capture.statistics.captured}\r`);
  const timer = setInterval(show, PROGRESS_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Opens what packets go to, while this process is still root. Undefined if a signal came before it could be opened. */
async function openPump(
  request: CaptureRequest,
  capture: LiveCapture,
  { account }: Relinquishment,
  signal: AbortSignal,
): Promise<Pump | undefined> {
  using _reader =
    request.file === undefined ? undefined : await awaitReader(request.file, { owner: account, signal });
  if (signal.aborted) return undefined;
  // A pipe must be reopened before privileges are given up.
  standardOutputPipe();
  const sinks = openSinks(request, capture.interfaces, ownedBy(account), () => capture.statistics);
  const accept = skipping(request.skip, undefined);
  return new Pump(capture, sinks, { count: request.count, ...present({ accept }) });
}

function announce(
  { interfaces }: LiveCapture,
  { live }: CaptureRequest,
  aboutRoot: string | undefined,
): void {
  for (const { name, linkType, snapLength } of interfaces) {
    const mode = live.promiscuous && name !== ANY_INTERFACE ? "promiscuous" : "not promiscuous";
    write(
      2,
      `listening on ${printable(name)}, link-type ${formatLinkType(linkType)}, snapshot length ${snapLength} bytes, ${mode}\n`,
    );
  }
  if (aboutRoot !== undefined) write(2, `${printable(aboutRoot)}\n`);
}

/**
 * Formats the summary at the end of a capture, for standard error: tcpdump's three counts, and whom the packets were
 * for.
 */
function formatSummary({ captured, received, dropped, classes }: CaptureStatistics): string {
  return [
    `${counted(captured, "packet")} captured: ${formatClasses(classes)}`,
    `${counted(received, "packet")} received by filter`,
    `${counted(dropped, "packet")} dropped by kernel`,
    "",
  ].join("\n");
}

/** Formats the counts so far, which tcpdump prints to standard error on SIGUSR1. */
function formatCounts({ captured, received, dropped }: CaptureStatistics): string {
  return `promisc: ${counted(captured, "packet")} captured, ${counted(received, "packet")} received by filter, ${counted(dropped, "packet")} dropped by kernel\n`;
}

function formatClasses({ host, broadcast, multicast, otherHost, outgoing }: PacketClasses): string {
  return [
    `${host} for this host`,
    `${broadcast} broadcast`,
    `${multicast} multicast`,
    `${otherHost} for other hosts`,
    `${outgoing} outgoing`,
  ].join(", ");
}
