import type { CaptureStatistics, PacketClasses } from "../../capture/live/statistics.js";

/** What a capture ends with, on standard error: tcpdump's three counts, and whom the packets were for. */
export function formatSummary({ captured, received, dropped, classes }: CaptureStatistics): string {
  return [
    `${packets(captured)} captured: ${formatClasses(classes)}`,
    `${packets(received)} received by filter`,
    `${packets(dropped)} dropped by kernel`,
    "",
  ].join("\n");
}

/** What tcpdump answers to SIGUSR1, on standard error: the counts until now. */
export function formatCounts({ captured, received, dropped }: CaptureStatistics): string {
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
