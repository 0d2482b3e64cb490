import { Decompress } from "fzstd";
import { PromiscError } from "../../../errors.js";
import { malformed } from "../../../wire/bytes.js";

// RFC 8878, section 3.1
const MAGIC = 0xfd2fb528;
const MAGIC_SIZE = 4;
const SKIPPABLE_MAGIC = 0x184d2a50;
const LONGEST_BLOCK = 1 << 17;
const RLE_BLOCK = 1;
/** The largest window that the zstd command accepts by default: windowLog 27. */
const LARGEST_WINDOW = 1 << 27;

/** Reports whether a file that begins with these bytes is compressed with zstd. */
export function isZstd(head: Buffer): boolean {
  return head.length >= MAGIC_SIZE && head.readUInt32LE() === MAGIC;
}

/** Returns exact numbers of bytes out of chunks of any size. */
class ByteQueue {
  readonly #chunks: AsyncIterator<Buffer>;
  #chunk: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Returns the next `count` bytes in a new buffer; fewer only at the end of the file. */
  async take(count: number): Promise<Buffer> {
    const taken = Buffer.allocUnsafe(count);
    let filled = 0;
    while (filled < count) {
      if (this.#chunk.length === 0) {
        const { value, done } = await this.#chunks.next();
        if (done) return taken.subarray(0, filled);
        this.#chunk = value;
      }
      const part = this.#chunk.copy(taken, filled, 0, count - filled);
      this.#chunk = this.#chunk.subarray(part);
      filled += part;
    }
    return taken;
  }

  async need(count: number): Promise<Buffer> {
    const taken = await this.take(count);
    if (taken.length < count) throw malformed("zstd", "the file is cut short");
    return taken;
  }
}

/**
 * Decompresses all frames of a zstd file. Frames are parsed here, and fzstd gets them block by block. So at most one
 * block (128 KiB) of output is in memory beside the window, and excessive window sizes can be refused.
 */
export async function* decompressZstd(
  chunks: AsyncIterable<Buffer>,
  name: string,
): AsyncGenerator<Uint8Array> {
  const queue = new ByteQueue(chunks);
  try {
    for (;;) {
      const magic = await queue.take(MAGIC_SIZE);
      if (magic.length === 0) return;
      if (magic.length < MAGIC_SIZE) throw malformed("zstd", "the file is cut short");
      const number = magic.readUInt32LE();
      if ((number & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) await skip(queue);
      else if (number === MAGIC) yield* decompressFrame(queue, magic);
      else throw malformed("zstd", "unknown magic number");
    }
  } catch (error) {
    throw new PromiscError({
      code: "malformed",
      operation: `read ${name}`,
      reason: error instanceof PromiscError ? error.message : `zstd: ${error}`,
      cause: error,
    });
  }
}

async function skip(queue: ByteQueue): Promise<void> {
  let left = (await queue.need(4)).readUInt32LE();
  while (left > 0) left -= (await queue.need(Math.min(left, LONGEST_BLOCK))).length;
}

async function* decompressFrame(queue: ByteQueue, magic: Buffer): AsyncGenerator<Uint8Array> {
  const descriptor = await queue.need(1);
  const flags = descriptor[0] as number;
  const fields = await queue.need(headerFieldsSize(flags));
  checkWindow(flags, fields);
  let output: Uint8Array[] = [];
  const engine = new Decompress((chunk) => output.push(chunk));
  let header = [magic, descriptor, fields];
  for (let last = false; !last; ) {
    const blockHeader = await queue.need(3);
    const word = blockHeader.readUIntLE(0, 3);
    last = (word & 1) !== 0;
    const size = word >>> 3;
    if (size > LONGEST_BLOCK) throw malformed("zstd", `a block of ${size} bytes`);
    const body = await queue.need(((word >>> 1) & 3) === RLE_BLOCK ? 1 : size);
    const checksum = last && (flags & 4) !== 0 ? await queue.need(4) : Buffer.alloc(0);
    engine.push(Buffer.concat([...header, blockHeader, body, checksum]), last);
    header = [];
    const chunks = output;
    output = [];
    for (const chunk of chunks) if (chunk.length > 0) yield chunk;
  }
}

const hasWindowDescriptor = (flags: number) => (flags & 0x20) === 0;

function contentSizeBytes(flags: number): number {
  const code = flags >>> 6;
  return code === 0 ? (hasWindowDescriptor(flags) ? 0 : 1) : 1 << code;
}

function dictionaryIdBytes(flags: number): number {
  return [0, 1, 2, 4][flags & 3] as number;
}

function headerFieldsSize(flags: number): number {
  return (hasWindowDescriptor(flags) ? 1 : 0) + dictionaryIdBytes(flags) + contentSizeBytes(flags);
}

function checkWindow(flags: number, fields: Buffer): void {
  const size = hasWindowDescriptor(flags) ? windowSize(fields[0] as number) : contentSize(flags, fields);
  if (size > LARGEST_WINDOW)
    throw malformed("zstd", `needs a window of ${Math.round(size / 2 ** 20)} MiB, 128 MiB is the most`);
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >>> 3));
  return base + (base / 8) * (descriptor & 7);
}

function contentSize(flags: number, fields: Buffer): number {
  const at = dictionaryIdBytes(flags);
  const size = contentSizeBytes(flags);
  return size === 8 ? Number(fields.readBigUInt64LE(at)) : fields.readUIntLE(at, size);
}
