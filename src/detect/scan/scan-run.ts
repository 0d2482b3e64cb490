import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { openCapture } from "../../capture/live/capture.js";
import { PacketSender } from "../../linux/packet/packet-send.js";
import { writeIpv4Address } from "../../wire/parse-address.js";
import { discover } from "./engine/discover.js";
import type { Exchange } from "./engine/exchange.js";
import type { HostTable, Row } from "./engine/host-table.js";
import { interrogate } from "./engine/interrogate.js";
import { Pace } from "./engine/pace.js";
import { Replies } from "./engine/replies.js";
import { replyFilter } from "./engine/reply-filter.js";
import type { RoundTools } from "./engine/rounds.js";
import { Transmitter } from "./engine/transmitter.js";
import type { ScanInterface } from "./targets/scan-interface.js";

/** Answers are short. */
const SNAP_LENGTH = 256;
const BUFFER_SIZE = 8 * 1024 * 1024;
/** Answers may arrive this long after the end of a round. */
const LATE_MS = 20;

export interface ScanProgress {
  readonly interface: string;
  readonly addresses: number;
  /** Frames sent so far. */
  readonly sent: number;
  /** Answers received so far. */
  readonly answers: number;
  /**
   * Answers that were ignored for lack of room, from machines that weren't named or that claim another's address. Such
   * a number means a flood.
   */
  readonly leftOut: number;
  readonly phase: "discovery" | "probing" | "end";
}

export interface ScanRunOptions {
  /** Frames per second, or Infinity. */
  readonly rate: number;
  /** Whether to include machines that answer the probe to all nodes but weren't asked for. */
  readonly takesStrangers: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: ScanProgress) => void) | undefined;
}

/**
 * Sends every host of an exchange all probes of its catalogue, until everything is answered or the signal ends the
 * scan. It opens the sockets of the scan and closes them.
 * @returns how many answers were lost
 */
export async function runScan(
  by: ScanInterface,
  exchange: Exchange,
  { rate, takesStrangers, signal, onProgress }: ScanRunOptions,
): Promise<number> {
  const { hosts } = exchange;
  const { name, index } = by;
  const token = randomBytes(8);
  const own = { mac: by.macBytes, ipv4: new Uint8Array(4) };
  if (by.ipv4 !== undefined) writeIpv4Address(by.ipv4, own.ipv4, 0);
  const replies = new Replies(exchange, own, token, takesStrangers);
  using sender = new PacketSender(index, `scan by ${name}`);
  using capture = openCapture(name, {
    filter: replyFilter,
    promiscuous: false,
    direction: "in",
    immediate: true,
    snapLength: SNAP_LENGTH,
    bufferSize: BUFFER_SIZE,
  });
  let failure: unknown;
  const receiving = capture
    .eachBatch((batch) => {
      const now = performance.now();
      const { packet } = batch;
      while (batch.next()) replies.take(packet.bytes, packet.start, packet.capturedLength, now);
    })
    .catch((error: unknown) => {
      failure = error;
    });
  let phase: ScanProgress["phase"] = "discovery";
  const tell = (sent: number): void => {
    const { count: addresses, leftOut } = hosts;
    onProgress?.({ interface: name, addresses, sent, answers: exchange.answers, leftOut, phase });
  };
  const tools: RoundTools = {
    exchange,
    transmitter: new Transmitter(exchange, sender, by, token, token[0] as number),
    pace: new Pace(rate),
    signal,
    onSent: (sent) => {
      if (failure !== undefined) throw failure;
      if (sent % 64 === 0) tell(sent);
    },
  };
  try {
    await discover(tools, hosts.rows());
    replies.isDiscovering = false;
    phase = "probing";
    const known = knownRows(hosts);
    await interrogate(tools, known);
    // Another machine may answer for an address long after the first one was found. Then all machines that claim the
    // address are asked.
    if (knownRows(hosts).length > known.length)
      await interrogate(
        tools,
        knownRows(hosts).filter((row) => hosts.isContested[row] === 1),
      );
    await setTimeout(LATE_MS);
    phase = "end";
    tell(tools.transmitter.sent);
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
  const { dropped } = capture.statistics;
  capture.stop();
  await receiving;
  if (failure !== undefined) throw failure;
  return dropped;
}

function knownRows(hosts: HostTable): Row[] {
  return hosts.rows().filter((row) => hosts.hasMac[row] === 1);
}
