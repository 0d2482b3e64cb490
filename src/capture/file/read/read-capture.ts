import { setImmediate } from "node:timers/promises";
import { PromiscError } from "../../../errors.js";
import { isPcap, PCAP_FILE_HEADER_SIZE } from "../../../wire/file/pcap/file-header.js";
import type { Block } from "../../../wire/file/pcapng/block.js";
import { isPcapng } from "../../../wire/file/pcapng/section-header.js";
import { type ByteSource, openSource } from "./byte-source.js";
import type { Decoder, FileBatch, FileInterface } from "./decoder.js";
import { decompress } from "./decompress.js";
import { PcapDecoder } from "./pcap-decoder.js";
import { PcapngDecoder } from "./pcapng-decoder.js";
import { ReadBuffer } from "./read-buffer.js";

export interface ReadCaptureOptions {
  /** Ends the reading, without an error. */
  readonly signal?: AbortSignal;
  /** Whether each batch's bytes stay as they are after the next batch was asked for. */
  readonly copy?: boolean;
}

const MAGIC_SIZE = 4;

/**
 * Opens a capture file: pcap or pcapng, of either byte order, perhaps compressed with gzip or zstd.
 * A pipe is read as its bytes come, and memory doesn't grow with the file.
 * @param file a path, "-" for standard input, or an open descriptor, which is closed at the end
 * @throws PromiscError `malformed` if it is no capture file, `kernel` or `privilege` if it can't be read; and the
 *   signal's reason if it aborts before the file's first bytes came
 */
export async function readCapture(
  file: string | number,
  { signal, copy = false }: ReadCaptureOptions = {},
): Promise<CaptureReader> {
  const name = typeof file === "number" ? `descriptor ${file}` : file;
  let source = openSource(file, name);
  try {
    let buffer = new ReadBuffer(source, copy);
    await fillTo(buffer, MAGIC_SIZE, signal);
    const decompressed = decompress(source, buffer.bytes.subarray(buffer.start, buffer.end), name);
    if (decompressed) {
      source = decompressed;
      buffer = new ReadBuffer(source, copy);
      await fillTo(buffer, MAGIC_SIZE, signal);
    }
    return new CaptureReader(name, source, buffer, await makeDecoder(buffer, name, signal), signal);
  } catch (error) {
    source.close();
    throw error;
  }
}

async function makeDecoder(
  buffer: ReadBuffer,
  name: string,
  signal: AbortSignal | undefined,
): Promise<PcapDecoder | PcapngDecoder> {
  const { bytes, start, end } = buffer;
  if (isPcapng(bytes, start, end)) return new PcapngDecoder(buffer);
  if (end - start >= MAGIC_SIZE && !isPcap(bytes, start, end))
    throw malformedFile(name, "unknown file format");
  await fillTo(buffer, PCAP_FILE_HEADER_SIZE, signal);
  const got = buffer.end - buffer.start;
  if (got < PCAP_FILE_HEADER_SIZE)
    throw malformedFile(
      name,
      `truncated dump file; tried to read ${PCAP_FILE_HEADER_SIZE} file header bytes, only got ${got}`,
    );
  try {
    return new PcapDecoder(buffer);
  } catch (error) {
    throw malformedFile(name, (error as Error).message, error);
  }
}

/** Fills until there are `count` bytes, or the file ends. */
async function fillTo(buffer: ReadBuffer, count: number, signal: AbortSignal | undefined): Promise<void> {
  while (buffer.end - buffer.start < count && (await abortable(buffer.fill(count), signal)) > 0);
  signal?.throwIfAborted();
}

/** 0, as at the end of the file, once the signal aborts. */
async function abortable(
  reading: number | Promise<number>,
  signal: AbortSignal | undefined,
): Promise<number> {
  if (typeof reading === "number" || !signal) return reading;
  if (signal.aborted) return 0;
  let stop: (() => void) | undefined;
  const aborted = new Promise<number>((resolve) => {
    stop = () => resolve(0);
    signal.addEventListener("abort", stop);
  });
  try {
    return await Promise.race([reading, aborted]);
  } finally {
    if (stop) signal.removeEventListener("abort", stop);
  }
}

function malformedFile(name: string, reason: string, cause?: unknown): PromiscError {
  return new PromiscError({ code: "malformed", operation: `read ${name}`, reason, cause });
}

/**
 * An open capture file: batches of packets, to be walked once. A batch, and the bytes of its packets, are valid until
 * the next batch is asked for. Whatever of a batch wasn't walked by then is passed over.
 */
export class CaptureReader implements AsyncIterable<FileBatch>, Disposable {
  readonly format: "pcap" | "pcapng";
  /** Path, "-" or descriptor, for messages. */
  readonly name: string;
  readonly #source: ByteSource;
  readonly #buffer: ReadBuffer;
  readonly #decoder: PcapDecoder | PcapngDecoder;
  readonly #signal: AbortSignal | undefined;
  #closed = false;

  constructor(
    name: string,
    source: ByteSource,
    buffer: ReadBuffer,
    decoder: PcapDecoder | PcapngDecoder,
    signal: AbortSignal | undefined,
  ) {
    this.name = name;
    this.format = decoder instanceof PcapDecoder ? "pcap" : "pcapng";
    this.#source = source;
    this.#buffer = buffer;
    this.#decoder = decoder;
    this.#signal = signal;
  }

  /**
   * The interfaces that packets' `interfaceId` counts. A pcap file has one. Those of a pcapng file appear as their
   * blocks are passed: the first at the latest with the first batch, each before its first packet.
   */
  get interfaces(): readonly FileInterface[] {
    return this.#decoder.interfaces;
  }

  /** Whether times are to the nanosecond, or may be. */
  get nanoseconds(): boolean {
    return this.#decoder instanceof PcapngDecoder || this.#decoder.nanoseconds;
  }

  /**
   * Is called with each block of a pcapng file that isn't a packet, in the file's order, while batches are asked for and
   * walked: section headers with their comments, interfaces, names, statistics, and those of unknown types. It is one
   * object that lies in the read buffer: copy what you keep.
   */
  get onBlock(): ((block: Block) => void) | undefined {
    return this.#decoder instanceof PcapngDecoder ? this.#decoder.onBlock : undefined;
  }

  set onBlock(listener: ((block: Block) => void) | undefined) {
    if (this.#decoder instanceof PcapngDecoder) this.#decoder.onBlock = listener;
  }

  /** @throws PromiscError `malformed`, after all whole packets, for a file that is damaged or ends within a packet */
  async *[Symbol.asyncIterator](): AsyncGenerator<FileBatch, void, undefined> {
    const decoder: Decoder = this.#decoder;
    const buffer = this.#buffer;
    const signal = this.#signal;
    try {
      for (;;) {
        if (decoder.ready()) {
          yield decoder;
          if (signal?.aborted) return;
          while (decoder.next());
        }
        if (decoder.failure) throw malformedFile(this.name, decoder.failure.message, decoder.failure);
        const reading = buffer.fill(decoder.needed);
        // A file that is read synchronously would never let a signal in.
        if (typeof reading === "number") await setImmediate();
        const count = await abortable(reading, signal);
        if (signal?.aborted) return;
        if (count > 0) continue;
        const available = buffer.end - buffer.start;
        if (available > 0) throw malformedFile(this.name, decoder.truncation(available));
        return;
      }
    } finally {
      this[Symbol.dispose]();
    }
  }

  /** Closes the file. Iterating to the end, or out of the loop, does it too. */
  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#source.close();
  }
}
