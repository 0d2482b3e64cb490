import { awaitReader } from "../../capture/file/write/await-reader.js";
import type { LiveCapture } from "../../capture/live/capture.js";
import { openCapture } from "../../capture/live/capture.js";
import type { RingBatch } from "../../capture/live/ring-batch.js";
import { standardOutputPipe } from "../../linux/file/standard-output-pipe.js";
import { linkTypeDescription, linkTypeName } from "../../wire/file/linktype.js";
import { printable } from "../format/text.js";
import { isReaderGone, write } from "../output.js";
import { untilAskedToEnd } from "../signals.js";
import { defaultInterface } from "./interfaces.js";
import { openSinks, ownedBy } from "./open-sinks.js";
import { planRelinquishment, type Relinquishment, relinquishPrivileges } from "./relinquish-privileges.js";
import type { CaptureRequest } from "./request.js";
import type { Sink } from "./sink.js";
import { formatCounts, formatSummary } from "./summary.js";

/** Captures until a signal, or until the output has enough. Everything that the kernel had received by then is handled. */
export async function captureLive(request: CaptureRequest, names: readonly string[]): Promise<void> {
  const { filter, live } = request;
  // A program that writes to a terminal as packets come can't wait until a block is full.
  using capture = openCapture(names.length > 0 ? names : [defaultInterface()], {
    ...live,
    filter,
    onInterface: ({ event, ifname }) =>
      write(
        2,
        `promisc: ${printable(ifname ?? "any")}: the interface ${event === "down" ? "went down" : "disappeared"}\n`,
      ),
  });
  const signal = untilAskedToEnd();
  signal.addEventListener("abort", () => capture.stop());
  const relinquishment = planRelinquishment(request);
  const sinks = await openOutputs(request, capture, relinquishment, signal);
  if (!sinks) return;
  relinquishPrivileges(relinquishment, request);
  process.on("SIGUSR1", () => write(2, formatCounts(capture.statistics)));
  // Who waits for these words may send a signal at once.
  announce(capture, request, relinquishment.about);
  try {
    await run(capture, sinks, request.count, signal);
  } catch (error) {
    if (!isReaderGone(error)) throw error;
  } finally {
    const { statistics } = capture;
    for (const sink of sinks) sink.end(statistics);
    if (request.output !== "classes") write(2, formatSummary(statistics));
  }
}

/** Opens what packets go to, while this process is still root. Undefined if a signal came before it could be opened. */
async function openOutputs(
  request: CaptureRequest,
  capture: LiveCapture,
  { account }: Relinquishment,
  signal: AbortSignal,
): Promise<Sink[] | undefined> {
  using _reader = request.file === undefined ? undefined : await awaitReader(request.file, account, signal);
  if (signal.aborted) return undefined;
  // While it may still be opened anew.
  standardOutputPipe();
  return openSinks(request, capture.interfaces, ownedBy(account), () => capture.statistics);
}

/** Hands every packet to every sink, until one has enough. */
async function run(
  capture: LiveCapture,
  sinks: readonly Sink[],
  count: number,
  signal: AbortSignal,
): Promise<void> {
  let left = count;
  const [only] = sinks.length === 1 && count === Number.POSITIVE_INFINITY ? sinks : [];
  const take = (batch: RingBatch): boolean => {
    if (only?.takeWhole?.(batch)) return true;
    while (batch.next()) {
      for (const sink of sinks) if (!sink.take(batch.packet)) return false;
      if (--left === 0) return false;
    }
    return true;
  };
  for await (const batch of capture) {
    const wantsMore = take(batch);
    for (const sink of sinks) await sink.flush(signal);
    if (!wantsMore) return;
  }
}

function announce(
  { interfaces }: LiveCapture,
  { live }: CaptureRequest,
  aboutRoot: string | undefined,
): void {
  for (const { name = "any", linkType, snapLength } of interfaces) {
    const link = `${linkTypeName(linkType) ?? linkType} (${linkTypeDescription(linkType) ?? "unknown"})`;
    const mode = live.promiscuous && name !== "any" ? "promiscuous" : "not promiscuous";
    write(
      2,
      `listening on ${printable(name)}, link-type ${link}, snapshot length ${snapLength} bytes, ${mode}\n`,
    );
  }
  if (aboutRoot !== undefined) write(2, `${printable(aboutRoot)}\n`);
}
