import { statSync } from "node:fs";
import { copyCapture } from "../../capture/file/copy-capture.js";
import type { FileInterface } from "../../capture/file/read/decoder.js";
import { type CaptureReader, readCapture } from "../../capture/file/read/read-capture.js";
import { openRotation } from "../../capture/file/rotation.js";
import { openCaptureWriter } from "../../capture/file/write/open-writer.js";
import type { Packet } from "../../capture/packet.js";
import { PromiscError } from "../../errors.js";
import { compileFilter } from "../../linux/compile-filter.js";
import { PacketFilter } from "../../wire/bpf/run.js";
import { LINKTYPE_ETHERNET } from "../../wire/linktype.js";
import { isReaderGone } from "../output.js";
import { onceAskedToEnd } from "../signals.js";
import { openSinks } from "./open-sinks.js";
import { relinquishPrivileges } from "./relinquish-privileges.js";
import type { CaptureRequest } from "./request.js";
import type { Sink } from "./sink.js";

/** Reads a capture file to its end, or until the output has enough. */
export async function captureFromFile(request: CaptureRequest, path: string): Promise<void> {
  const controller = new AbortController();
  onceAskedToEnd(() => controller.abort());
  refuseSameFile(path, request.file);
  using reader = await readCapture(path, { signal: controller.signal });
  relinquishPrivileges(request);
  const accepts = filterOf(request.filter, reader);
  if (request.file !== undefined && request.output === "none") return await copy(request, reader, accepts);
  const sinks = openSinks(request, reader.interfaces);
  try {
    await run(reader, sinks, accepts, request.count, controller.signal);
  } catch (error) {
    if (!isReaderGone(error)) throw error;
  } finally {
    for (const sink of sinks) sink.end(undefined);
  }
}

/** To open a file for writing empties it. */
function refuseSameFile(from: string, to: string | undefined): void {
  if (to === undefined || to === "-" || from === "-") return;
  const input = statSync(from, { throwIfNoEntry: false });
  const output = statSync(to, { throwIfNoEntry: false });
  if (!input?.isFile() || input.ino !== output?.ino || input.dev !== output.dev) return;
  throw new PromiscError({
    code: "usage",
    operation: `write ${to}`,
    reason: "it is the file that is read",
    hint: "name another file",
  });
}

async function run(
  reader: CaptureReader,
  sinks: readonly Sink[],
  accepts: Accepts,
  count: number,
  signal: AbortSignal,
): Promise<void> {
  let known = 0;
  let left = count;
  const take = (packet: Packet): boolean => {
    for (; known < reader.interfaces.length; known++)
      for (const sink of sinks) sink.addInterface?.(reader.interfaces[known] as FileInterface);
    for (const sink of sinks) if (!sink.take(packet)) return false;
    return --left > 0;
  };
  for await (const batch of reader) {
    let wantsMore = true;
    while (wantsMore && batch.next()) if (accepts(batch.packet)) wantsMore = take(batch.packet);
    for (const sink of sinks) await sink.flush(signal);
    if (!wantsMore) return;
  }
}

/** From file to file: of pcapng everything stays, not packets alone. */
async function copy(
  { file = "", rotation, print, count }: CaptureRequest,
  reader: CaptureReader,
  accept: Accepts,
): Promise<void> {
  const split = openRotation(file, rotation);
  using writer = openCaptureWriter(split?.path ?? file, { nanoseconds: print.fraction === 9 }, file);
  await copyCapture(reader, writer, { accept, count, ...(split ? { rotation: split } : {}) });
}

type Accepts = (packet: Packet) => boolean;

/** Each link type has a program of its own. */
function filterOf(expression: string, { interfaces }: CaptureReader): Accepts {
  if (expression === "") return () => true;
  const filters = new Map<number, PacketFilter>();
  const filterFor = (linkType: number): PacketFilter => {
    const filter =
      filters.get(linkType) ?? new PacketFilter(compileFilter(expression, { linkType, forFile: true }));
    filters.set(linkType, filter);
    return filter;
  };
  // So that a mistake in it is told even if no packet comes.
  filterFor(interfaces[0]?.linkType ?? LINKTYPE_ETHERNET);
  return ({ bytes, start, capturedLength, length, interfaceId }) => {
    const { linkType } = interfaces[interfaceId] as FileInterface;
    return filterFor(linkType).run(bytes, start, capturedLength, length) > 0;
  };
}
