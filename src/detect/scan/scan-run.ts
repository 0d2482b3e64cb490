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
import type { RoundTools, ScanWork } from "./engine/rounds.js";
import { Transmitter } from "./engine/transmitter.js";
import type { ScanInterface } from "./targets/scan-interface.js";

/** Answers are short. */
const SNAP_LENGTH = 256;
const BUFFER_SIZE = 8 * 1024 * 1024;
/** Answers may arrive this long after the end of a round. */
const LATE_MS = 20;

/** Progress is reported after this many frames, or after each one if the rate is lower than that. */
const FRAMES_PER_REPORT = 64;

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
  /** Discovery and probing ask hosts several times; this is the number of the current time, which counts from 1. */
  readonly pass: number;
  /** How many questions of this pass were asked, and how many it has. 0 if that isn't known. */
  readonly asked: number;
  readonly toAsk: number;
  /** The estimated time until the end of the scan, if it can be estimated. */
  readonly secondsLeft?: number;
}

export interface ScanRunOptions {
  /** Frames per second, or Infinity. */
  readonly rate: number;
  /** Whether to include machines that answer the probe to all nodes but weren't asked for. */
  readonly takesStrangers: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: ScanProgress) => void) | undefined;
}

/** What a scan lost, and what it could decide. */
export interface ScanEnd {
  /** The number of answers that were lost. */
  readonly lost: number;
  /** Reports whether a host was asked everything that it should be asked. */
  readonly isDecided: (row: Row) => boolean;
}

/**
 * Sends every host of an exchange all probes of its catalogue, until everything is answered or the signal ends the
 * scan. It opens the sockets of the scan and closes them.
 */
export async function runScan(
  by: ScanInterface,
  exchange: Exchange,
  { rate, takesStrangers, signal, onProgress }: ScanRunOptions,
): Promise<ScanEnd> {
  const { hosts } = exchange;
  const { name, index } = by;
  const token = randomBytes(8);
  const own = { mac: by.macBytes, ipv4: new Uint8Array(4) };
  if (by.ipv4 !== undefined) writeIpv4Address(by.ipv4, own.ipv4, 0);
  const replies = new Replies(exchange, own, token, takesStrangers);
  const operation = `scan by ${name}`;
  using sender = new PacketSender(index, operation);
  using capture = openCapture(name, {
    operation,
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
    const { pass, done: asked, frames, later } = work;
    const toAsk = Math.max(frames, asked);
    const left = (frames - asked + later) / rate;
    const isKnown = phase !== "end" && frames > 0 && rate !== Number.POSITIVE_INFINITY && left > 0;
    const { answers } = exchange;
    const about = { pass, asked, toAsk, ...(isKnown ? { secondsLeft: left } : {}) };
    onProgress?.({ interface: name, addresses, sent, answers, leftOut, phase, ...about });
  };
  const work: ScanWork = { pass: 1, done: 0, frames: 0, later: 0 };
  const decided = new Set<Row>();
  const tools: RoundTools = {
    exchange,
    transmitter: new Transmitter(exchange, sender, by, token, token[0] as number),
    pace: new Pace(rate),
    signal,
    onSent: (sent) => {
      if (failure !== undefined) throw failure;
      if (sent % FRAMES_PER_REPORT === 0 || rate < FRAMES_PER_REPORT) tell(sent);
    },
    work,
  };
  try {
    await discover(tools, hosts.rows());
    replies.isDiscovering = false;
    phase = "probing";
    const known = knownRows(hosts);
    await interrogate(tools, known, decided);
    // Another machine may answer for an address long after the first one was found. Then all machines that claim the
    // address are asked.
    if (knownRows(hosts).length > known.length)
      await interrogate(
        tools,
        knownRows(hosts).filter((row) => hosts.isContested[row] === 1),
        decided,
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
  // Whoever didn't answer during discovery isn't asked again.
  const isDecided = (row: Row): boolean =>
    phase === "end" || (phase === "probing" && (hosts.hasMac[row] === 0 || decided.has(row)));
  return { lost: dropped, isDecided };
}

function knownRows(hosts: HostTable): Row[] {
  return hosts.rows().filter((row) => hosts.hasMac[row] === 1);
}
