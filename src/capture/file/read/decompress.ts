import { createGunzip } from "node:zlib";
import { PromiscError } from "../../../errors.js";
import { type ByteSource, ChunkSource } from "./byte-source.js";
import { decompressZstd, isZstd } from "./zstd.js";

/** RFC 1952, section 2.3.1: ID1 and ID2. */
const GZIP_MAGIC = [0x1f, 0x8b];
/** The number of compressed bytes to decompress at a time. They grow at most about 1,032-fold (zlib's limit). */
const CHUNK_SIZE = 1 << 14;

/**
 * Returns a source of the decompressed bytes if a file is compressed with gzip or zstd, by its magic number.
 * @param head the file's first bytes, already read from `source`
 * @param name the file's name in error messages
 */
export function decompress(source: ByteSource, head: Buffer, name: string): ByteSource | undefined {
  const gzip = GZIP_MAGIC.every((byte, at) => head[at] === byte);
  if (!gzip && !isZstd(head)) return undefined;
  const compressed = chunksOf(source, Buffer.from(head));
  const chunks = gzip ? gunzip(compressed, name) : decompressZstd(compressed, name);
  return new ChunkSource(chunks, () => source.close());
}

async function* chunksOf(source: ByteSource, head: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < head.length; at += CHUNK_SIZE) yield head.subarray(at, at + CHUNK_SIZE);
  const buffer = Buffer.allocUnsafeSlow(CHUNK_SIZE);
  for (;;) {
    const count = await source.read(buffer, 0, CHUNK_SIZE);
    if (count === 0) return;
    yield buffer.subarray(0, count);
  }
}

/** Decompresses all members of a gzip file. Yields everything that precedes an error before it throws. */
async function* gunzip(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Uint8Array> {
  const engine = createGunzip();
  const output: Buffer[] = [];
  let failure: Error | undefined;
  engine.on("data", (chunk: Buffer) => output.push(chunk));
  let over = false;
  // After an error, the callback of a write may never be called.
  const ended = new Promise<void>((resolve) => {
    const end = (error?: Error) => {
      failure ??= error;
      over = true;
      resolve();
    };
    engine.once("end", end).once("error", end);
  });
  try {
    for await (const chunk of chunks) {
      const written = new Promise<void>((resolve) => engine.write(chunk, () => resolve()));
      await Promise.race([written, ended]);
      yield* output.splice(0);
      if (over) break;
    }
    engine.end();
    await ended;
    yield* output.splice(0);
    if (failure)
      throw new PromiscError({
        code: "malformed",
        operation: `read ${name}`,
        reason: `gzip: ${failure.message}`,
        cause: failure,
      });
  } finally {
    engine.destroy();
  }
}
