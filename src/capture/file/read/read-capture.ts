import { setImmediate } from "node:timers/promises";
import { checkOptions, type OptionKinds } from "../../../check-options.js";
import { PromiscError } from "../../../errors.js";
import { whenAborted } from "../../../when-aborted.js";
import { isPcap, PCAP_FILE_HEADER_SIZE } from "../../../wire/file/pcap/file-header.js";
import type { Block } from "../../../wire/file/pcapng/block.js";
import { isPcapng } from "../../../wire/file/pcapng/section-header.js";
import type { Packet } from "../../packet.js";
import type { PacketSource } from "../../packet-source.js";
import { type ByteSource, openSource } from "./byte-source.js";
import type { Decoder, FileBatch, FileInterface } from "./decoder.js";
import { decompress } from "./decompress.js";
import { PcapDecoder } from "./pcap-decoder.js";
import { PcapngDecoder } from "./pcapng-decoder.js";
import { ReadBuffer } from "./read-buffer.js";

/** Options of {@link readCapture}. */
export interface ReadCaptureOptions {
  /** Ends the reading without an error. */
  readonly signal?: AbortSignal;
  /** Keeps the bytes of each batch valid after the next batch is requested, by using a new buffer for each. */
  readonly copy?: boolean;
}

const readCaptureOptions: OptionKinds<ReadCaptureOptions> = { signal: "signal?", copy: "boolean?" };

const MAGIC_SIZE = 4;

/**
 * Opens a capture file for reading: pcap or pcapng, of either byte order, uncompressed or compressed with gzip or zstd.
 *
 * Pipes are read as their bytes arrive. Memory use doesn't grow with the file.
 * @param file a path, "-" for standard input, or an open descriptor, which the reader owns and closes
 * @returns a reader, once the file's header has been read
 * @throws PromiscError `malformed` if the file isn't a capture file; `kernel` or `privilege` if it can't be read
 * @throws the signal's reason if it aborts before the header has been read
 */
export async function readCapture(
  file: string | number,
  options: ReadCaptureOptions = {},
): Promise<CaptureReader> {
  checkOptions("readCapture", options, readCaptureOptions);
  const { signal, copy = false } = options;
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

/** Fills the buffer until it holds `count` bytes or the file ends. */
async function fillTo(buffer: ReadBuffer, count: number, signal: AbortSignal | undefined): Promise<void> {
  while (buffer.end - buffer.start < count && (await abortable(buffer.fill(count), signal)) > 0);
  signal?.throwIfAborted();
}

/** Returns the number of bytes read, or 0, as at the end of the file, if the signal aborts. */
async function abortable(
  reading: number | Promise<number>,
  signal: AbortSignal | undefined,
): Promise<number> {
  if (typeof reading === "number" || !signal) return reading;
  if (signal.aborted) return 0;
  let stop = (): void => {};
  const aborted = new Promise<number>((resolve) => {
    stop = () => resolve(0);
  });
  using _abortion = whenAborted(signal, stop);
  return await Promise.race([reading, aborted]);
}

function malformedFile(name: string, reason: string, cause?: unknown): PromiscError {
  return new PromiscError({ code: "malformed", operation: `read ${name}`, reason, cause });
}

/**
 * An open capture file, which {@link readCapture} opens. Its packets are read as those of every {@link PacketSource}. A
 * batch, and the bytes of its packets, are valid until the next batch is asked for; packets of a batch that were not read
 * by then are skipped. Only a file has a {@link format}, a {@link name}, {@link nanoseconds} and {@link onBlock}.
 * @hideconstructor
 */
export class CaptureReader implements PacketSource<FileBatch> {
  readonly format: "pcap" | "pcapng";
  /** The file's path, "-" or its descriptor, for messages. */
  readonly name: string;
  readonly #source: ByteSource;
  readonly #buffer: ReadBuffer;
  readonly #decoder: PcapDecoder | PcapngDecoder;
  readonly #stopping = new AbortController();
  readonly #abortion: Disposable;
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
    this.#abortion = whenAborted(signal, () => this.stop());
  }

  /**
   * The interfaces that packets' `interfaceId` refers to. A pcap file has exactly one. Those of a pcapng file are added
   * as their blocks are read: each before its first packet, and the first one no later than the first batch.
   */
  get interfaces(): readonly FileInterface[] {
    return this.#decoder.interfaces;
  }

  /** Whether timestamps may have nanoseconds. True for every pcapng file. */
  get nanoseconds(): boolean {
    return this.#decoder instanceof PcapngDecoder || this.#decoder.nanoseconds;
  }

  /**
   * Called with each block of a pcapng file that isn't a packet, in the file's order, while batches are read: section
   * headers with their comments, interfaces, names, statistics and blocks of unknown types. All calls get the same
   * object, and its bytes lie in the read buffer: copy what you want to keep.
   */
  get onBlock(): ((block: Block) => void) | undefined {
    return this.#decoder instanceof PcapngDecoder ? this.#decoder.onBlock : undefined;
  }

  set onBlock(listener: ((block: Block) => void) | undefined) {
    if (this.#decoder instanceof PcapngDecoder) this.#decoder.onBlock = listener;
  }

  /** Ends the reading after the present batch, without an error. */
  stop(): void {
    this.#stopping.abort();
  }

  /**
   * Calls `use` with each packet: the same object each time, valid until `use` returns. After {@link stop}, it isn't
   * called again.
   * @throws PromiscError `malformed`, after all whole packets, for a file that is damaged or ends within a packet
   */
  each(use: (packet: Packet) => void): Promise<void> {
    const { signal } = this.#stopping;
    return this.eachBatch((batch) => {
      while (!signal.aborted && batch.next()) use(batch.packet);
    });
  }

  /**
   * Calls `use` with each batch, valid until `use` returns.
   * @throws PromiscError `malformed`, as {@link each} does
   */
  async eachBatch(use: (batch: FileBatch) => void): Promise<void> {
    for await (const batch of this) use(batch);
  }

  /**
   * Returns the batches, each valid until the next one is asked for. Leaving the loop closes the file.
   * @throws PromiscError `malformed`, as {@link each} does
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<FileBatch, void, undefined> {
    const decoder: Decoder = this.#decoder;
    const buffer = this.#buffer;
    const { signal } = this.#stopping;
    try {
      for (;;) {
        if (signal.aborted) return;
        if (decoder.ready()) {
          yield decoder;
          if (signal.aborted) return;
          while (decoder.next());
        }
        if (decoder.failure) throw malformedFile(this.name, decoder.failure.message, decoder.failure);
        const reading = buffer.fill(decoder.needed);
        // Without this pause, the event loop would not run while a file is read synchronously, and no signal could
        // abort.
        if (typeof reading === "number") await setImmediate();
        const count = await abortable(reading, signal);
        if (signal.aborted) return;
        if (count > 0) continue;
        const available = buffer.end - buffer.start;
        if (available > 0) throw malformedFile(this.name, decoder.truncation(available));
        return;
      }
    } finally {
      this[Symbol.dispose]();
    }
  }

  /** Closes the file. Leaving the loop over it, or reaching its end, closes it too. */
  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#abortion[Symbol.dispose]();
    this.#source.close();
  }
}
