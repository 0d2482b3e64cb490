import { randomFillSync } from "node:crypto";
import type { Packet } from "../../capture/packet.js";
import type { PacketSender } from "../../linux/packet/packet-send.js";
import { type Echo, type EchoPath, makeEchoRequest, readEcho, TOKEN_SIZE } from "./echo-frame.js";
import { PATIENCE_MS } from "./plan.js";

/** Milliseconds that an answer may wait for this process, after it came in time. */
const GRACE_MS = 500;

/** What came of the echo requests to one host in one block. */
export interface BlockSample {
  /** Round-trip times in milliseconds. */
  readonly times: number[];
  /** Requests that left and weren't answered in time. */
  lost: number;
}

/** An echo request on its way. */
interface Request {
  readonly path: EchoPath;
  readonly token: Uint8Array;
  /** What its answer is counted in; undefined for nothing. */
  readonly sample: BlockSample | undefined;
  /** When it was given to the kernel, by the event loop's clock. */
  readonly givenAt: number;
  /** When it left, by the kernel's timestamp, which comes by the capture; undefined until then. */
  leftAt: number | undefined;
}

/**
 * Sends echo requests, and binds each answer to its request: by address, hardware address, identifier, sequence number,
 * and a random token that only who got the request can know.
 */
export class EchoExchange {
  readonly #sender: Pick<PacketSender, "trySend">;
  readonly #identifier: number;
  /** By sequence number; the oldest come first. */
  readonly #requests = new Map<number, Request>();
  #sequenceNumber = 0;
  /** Seconds that timestamps are counted from, so that milliseconds keep their fractions. */
  #origin: number | undefined;

  constructor(sender: Pick<PacketSender, "trySend">, identifier: number) {
    this.#sender = sender;
    this.#identifier = identifier;
  }

  /** Requests that aren't answered, and not lost yet. */
  get waiting(): number {
    return this.#requests.size;
  }

  /** @param now milliseconds, as all times here */
  send(path: EchoPath, sample: BlockSample | undefined, now: number): void {
    this.expire(now);
    const sequenceNumber = this.#sequenceNumber;
    this.#sequenceNumber = (sequenceNumber + 1) & 0xffff;
    const token = randomFillSync(new Uint8Array(TOKEN_SIZE));
    const frame = makeEchoRequest({ ...path, identifier: this.#identifier, sequenceNumber, token });
    this.#requests.set(sequenceNumber, { path, token, sample, givenAt: now, leftAt: undefined });
    if (!this.#sender.trySend(frame)) this.#requests.delete(sequenceNumber);
  }

  /** Takes a packet that was captured. */
  take({ bytes, start, capturedLength, seconds, nanoseconds }: Packet): void {
    const echo = readEcho(bytes.subarray(start, start + capturedLength));
    const request = echo && this.#requests.get(echo.sequenceNumber);
    if (!request || !this.#belongs(echo, request)) return;
    this.#origin ??= seconds;
    const at = (seconds - this.#origin) * 1000 + nanoseconds / 1e6;
    if (echo.kind === "request") {
      request.leftAt ??= at;
      return;
    }
    this.#requests.delete(echo.sequenceNumber);
    if (request.leftAt === undefined || request.sample === undefined) return;
    const time = at - request.leftAt;
    if (time > PATIENCE_MS) request.sample.lost++;
    // The clock of the timestamps may be set back: such a time is none.
    else if (time >= 0) request.sample.times.push(time);
  }

  /** Counts as lost what wasn't answered in time. What isn't known to have left isn't counted at all. */
  expire(now: number): void {
    for (const [sequenceNumber, { givenAt, leftAt, sample }] of this.#requests) {
      if (now - givenAt <= PATIENCE_MS + GRACE_MS) return;
      this.#requests.delete(sequenceNumber);
      if (leftAt !== undefined && sample) sample.lost++;
    }
  }

  #belongs(echo: Echo, { path, token }: Request): boolean {
    const isRequest = echo.kind === "request";
    return (
      echo.identifier === this.#identifier &&
      echo.sourceMac === (isRequest ? path.sourceMac : path.destinationMac) &&
      echo.destinationMac === (isRequest ? path.destinationMac : path.sourceMac) &&
      echo.source === (isRequest ? path.source : path.destination) &&
      echo.destination === (isRequest ? path.destination : path.source) &&
      echo.token.length === TOKEN_SIZE &&
      echo.token.every((byte, index) => byte === token[index])
    );
  }
}
