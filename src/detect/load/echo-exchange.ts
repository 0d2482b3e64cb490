import { randomFillSync } from "node:crypto";
import type { Packet } from "../../capture/packet.js";
import type { PacketSender } from "../../linux/packet/packet-send.js";
import { type Echo, type EchoPath, makeEchoRequest, readEcho, TOKEN_SIZE } from "./echo-frame.js";
import { PATIENCE_MS } from "./plan.js";

/** How long an answer that came in time may wait for this process, in milliseconds. */
const GRACE_MS = 500;

/** The results of the echo requests to one host in one block. */
export interface BlockSample {
  /** Round-trip times in milliseconds. */
  readonly times: number[];
  /** Requests that were sent and not answered in time. */
  lost: number;
}

/** A pending echo request. */
interface Request {
  readonly path: EchoPath;
  readonly token: Uint8Array;
  /** The sample that counts the answer. Undefined if the answer isn't counted. */
  readonly sample: BlockSample | undefined;
  /** When the request was given to the kernel, by the event loop's clock. */
  readonly givenAt: number;
  /** When the request was sent, by the kernel's timestamp in the capture. Undefined until then. */
  leftAt: number | undefined;
}

/**
 * Sends echo requests and matches each answer with its request by address, hardware address, identifier, sequence
 * number, and a random token that only the receiver of the request can know.
 */
export class EchoExchange {
  readonly #sender: Pick<PacketSender, "trySend">;
  readonly #identifier: number;
  /** Pending requests by sequence number, the oldest first. */
  readonly #requests = new Map<number, Request>();
  #sequenceNumber = 0;
  /** The second that timestamps are counted from, so that milliseconds keep their fractions. */
  #origin: number | undefined;

  constructor(sender: Pick<PacketSender, "trySend">, identifier: number) {
    this.#sender = sender;
    this.#identifier = identifier;
  }

  /** The number of requests that have neither been answered nor counted as lost. */
  get waiting(): number {
    return this.#requests.size;
  }

  /**
   * Sends an echo request.
   * @param now milliseconds, as are all times here
   */
  send(path: EchoPath, sample: BlockSample | undefined, now: number): void {
    this.expire(now);
    const sequenceNumber = this.#sequenceNumber;
    this.#sequenceNumber = (sequenceNumber + 1) & 0xffff;
    const token = randomFillSync(new Uint8Array(TOKEN_SIZE));
    const frame = makeEchoRequest({ ...path, identifier: this.#identifier, sequenceNumber, token });
    this.#requests.set(sequenceNumber, { path, token, sample, givenAt: now, leftAt: undefined });
    if (!this.#sender.trySend(frame)) this.#requests.delete(sequenceNumber);
  }

  /** Processes a captured packet. */
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
    // The clock of the timestamps may be set back. A negative time is ignored.
    else if (time >= 0) request.sample.times.push(time);
  }

  /**
   * Counts requests as lost that weren't answered in time. A request that isn't known to have been sent isn't counted
   * at all.
   */
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
