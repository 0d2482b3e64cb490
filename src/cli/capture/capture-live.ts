import { awaitReader } from "../../capture/file/write/await-reader.js";
import { type LiveCapture, openCapture } from "../../capture/live/capture.js";
import { ANY } from "../../capture/live/live-interface.js";
import type { CaptureStatistics, PacketClasses } from "../../capture/live/statistics.js";
import { Pump } from "../../capture/pump.js";
import { PromiscError } from "../../errors.js";
import { standardOutputPipe } from "../../linux/file/standard-output-pipe.js";
import { Rtnetlink } from "../../linux/netlink/rtnetlink.js";
import { linkTypeDescription, linkTypeName } from "../../wire/file/linktype.js";
import { IFF_LOOPBACK, IFF_UP } from "../../wire/kernel/rtnetlink/link.js";
import { printable } from "../format/text.js";
import { isReaderGone, write } from "../output/write.js";
import { untilAskedToEnd } from "../signals.js";
import { planRelinquishment, type Relinquishment, relinquishPrivileges } from "./relinquish-privileges.js";
import type { CaptureRequest } from "./request.js";
import { openSinks, ownedBy } from "./sink/open-sinks.js";

/**
 * Captures until a signal, or until the output has enough packets. All packets that the kernel had received by then are
 * processed.
 */
export async function captureLive(request: CaptureRequest, names: readonly string[]): Promise<void> {
  const { filter, live } = request;
  using capture = openCapture(names.length > 0 ? names : [defaultInterface()], {
    ...live,
    filter,
    onInterface: ({ event, ifname }) =>
      write(
        2,
        `promisc: ${printable(ifname)}: the interface ${event === "down" ? "went down" : "disappeared"}\n`,
      ),
  });
  const signal = untilAskedToEnd();
  const relinquishment = planRelinquishment(request);
  const pump = await openPump(request, capture, relinquishment, signal);
  if (!pump) return;
  relinquishPrivileges(relinquishment, request);
  process.on("SIGUSR1", () => write(2, formatCounts(capture.statistics)));
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

/**
 * Returns the interface to capture on if none is named. As in tcpdump, it is the first that is up, and a loopback
 * interface only if there is no other.
 * @throws PromiscError `no-interface` if no interface is up
 */
function defaultInterface(): string {
  using rtnetlink = new Rtnetlink();
  const up = rtnetlink.links().filter(({ flags }) => flags & IFF_UP);
  const link = up.find(({ flags }) => !(flags & IFF_LOOPBACK)) ?? up[0];
  if (link?.name !== undefined) return link.name;
  throw new PromiscError({
    code: "no-interface",
    operation: "capture",
    reason: "no interface is up",
    hint: "ip link set DEV up brings one up; promisc lists them",
  });
}

/**
 * Opens the outputs while this process is still root. Returns undefined if a signal came before they could be opened.
 */
async function openPump(
  request: CaptureRequest,
  capture: LiveCapture,
  { account }: Relinquishment,
  signal: AbortSignal,
): Promise<Pump | undefined> {
  using _reader = request.file === undefined ? undefined : await awaitReader(request.file, account, signal);
  if (signal.aborted) return undefined;
  // A pipe must be reopened before privileges are given up.
  standardOutputPipe();
  const sinks = openSinks(request, capture.interfaces, ownedBy(account), () => capture.statistics);
  return new Pump(capture, sinks, { count: request.count });
}

function announce(
  { interfaces }: LiveCapture,
  { live }: CaptureRequest,
  aboutRoot: string | undefined,
): void {
  for (const { name, linkType, snapLength } of interfaces) {
    const link = `${linkTypeName(linkType) ?? linkType} (${linkTypeDescription(linkType) ?? "unknown"})`;
    const mode = live.promiscuous && name !== ANY ? "promiscuous" : "not promiscuous";
    write(
      2,
      `listening on ${printable(name)}, link-type ${link}, snapshot length ${snapLength} bytes, ${mode}\n`,
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
    `${packets(captured)} captured: ${formatClasses(classes)}`,
    `${packets(received)} received by filter`,
    `${packets(dropped)} dropped by kernel`,
    "",
  ].join("\n");
}

/** Formats the counts so far, which tcpdump prints to standard error on SIGUSR1. */
function formatCounts({ captured, received, dropped }: CaptureStatistics): string {
  return `promisc: ${packets(captured)} captured, ${packets(received)} received by filter, ${packets(dropped)} dropped by kernel\n`;
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

function packets(count: number): string {
  return `${count} packet${count === 1 ? "" : "s"}`;
}
