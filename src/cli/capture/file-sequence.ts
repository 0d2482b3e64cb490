import type { FileBatch } from "../../capture/file/read/decoder.js";
import { type CaptureReader, readCapture } from "../../capture/file/read/read-capture.js";
import type { CaptureInterface, Packet, PacketBatch } from "../../capture/packet.js";
import type { BatchSource } from "../../capture/packet-source.js";
import { PromiscError } from "../../errors.js";
import { reportError } from "../output/report-error.js";
import { announceFile } from "./announce-file.js";
import { type Accept, FileFilter } from "./file-filter.js";

/** Options of {@link FileSequence}. */
export interface FileSequenceOptions {
  readonly filter: string;
  readonly optimize: boolean;
  /** How many packets to take of each file, as tcpdump's `-c` counts with `-V`. */
  readonly count: number;
  readonly signal: AbortSignal;
}

/**
 * Several capture files that are read one after the other. Their interfaces are numbered on from file to file. A file
 * that turns out to be damaged ends there; this is reported, and the next one follows.
 */
export class FileSequence implements BatchSource<FileSequenceBatch> {
  readonly interfaces: CaptureInterface[] = [];
  readonly #first: CaptureReader;
  readonly #others: readonly string[];
  readonly #filter: FileFilter;
  readonly #options: FileSequenceOptions;

  /** @param first the first file, which is open already */
  constructor(first: CaptureReader, others: readonly string[], options: FileSequenceOptions) {
    this.#first = first;
    this.#others = others;
    this.#options = options;
    this.#filter = new FileFilter(options.filter, options.optimize);
    // A wrong expression is reported before any output is opened.
    this.#filter.for(first.interfaces);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<FileSequenceBatch, void> {
    const { signal } = this.#options;
    yield* this.#batchesOf(this.#first);
    for (const path of this.#others) {
      if (signal.aborted) return;
      yield* this.#batchesOf(await readCapture(path, { signal }));
    }
  }

  async *#batchesOf(reader: CaptureReader): AsyncGenerator<FileSequenceBatch, void> {
    using file = reader;
    announceFile(file);
    const accept = this.#filter.for(file.interfaces);
    const batch = new FileSequenceBatch(file.interfaces, this.interfaces, this.#options.count, accept);
    try {
      for await (const each of file) {
        batch.open(each);
        yield batch;
        if (batch.left === 0) return;
      }
    } catch (error) {
      if (!(error instanceof PromiscError && error.code === "malformed")) throw error;
      reportError(error, false);
    }
  }
}

/** The packets of one file of a {@link FileSequence}. */
class FileSequenceBatch implements PacketBatch {
  readonly packet: Packet;
  /** How many packets are still to be taken of the file. */
  left: number;
  #inner: FileBatch | undefined;
  readonly #own: readonly CaptureInterface[];
  readonly #all: CaptureInterface[];
  readonly #accept: Accept | undefined;
  /** The number of interfaces of the files before this one. */
  readonly #before: number;

  constructor(
    own: readonly CaptureInterface[],
    all: CaptureInterface[],
    count: number,
    accept: Accept | undefined,
  ) {
    this.#own = own;
    this.#all = all;
    this.#accept = accept;
    this.#before = all.length;
    this.left = count;
    this.packet = {
      bytes: new Uint8Array(0),
      start: 0,
      capturedLength: 0,
      length: 0,
      seconds: 0,
      nanoseconds: 0,
      interfaceId: 0,
      packetType: -1,
    };
  }

  open(inner: FileBatch): void {
    this.#inner = inner;
  }

  next(): boolean {
    const inner = this.#inner;
    if (!inner || this.left === 0) return false;
    while (inner.next()) {
      if (this.#accept && !this.#accept(inner.packet)) continue;
      this.#copy(inner.packet);
      this.left--;
      return true;
    }
    return false;
  }

  #copy(from: Packet): void {
    const { packet } = this;
    packet.bytes = from.bytes;
    packet.start = from.start;
    packet.capturedLength = from.capturedLength;
    packet.length = from.length;
    packet.seconds = from.seconds;
    packet.nanoseconds = from.nanoseconds;
    packet.packetType = from.packetType;
    packet.interfaceId = this.#before + from.interfaceId;
    while (this.#all.length <= packet.interfaceId)
      this.#all.push(this.#own[this.#all.length - this.#before] as CaptureInterface);
  }
}
