import { fstatSync, type Stats, statSync } from "node:fs";
import { copyCapture } from "../../capture/file/copy-capture.js";
import type { FileInterface } from "../../capture/file/read/decoder.js";
import { type CaptureReader, readCapture } from "../../capture/file/read/read-capture.js";
import { openRotation } from "../../capture/file/rotation.js";
import { awaitReader } from "../../capture/file/write/await-reader.js";
import { openCaptureWriter } from "../../capture/file/write/open-writer.js";
import type { Packet } from "../../capture/packet.js";
import { standardOutputPipe } from "../../linux/file/standard-output-pipe.js";
import { compileFilter } from "../../linux/filter/compile-filter.js";
import { present } from "../../present.js";
import { LINKTYPE_ETHERNET } from "../../wire/file/linktype.js";
import { PacketFilter } from "../../wire/kernel/bpf/run.js";
import { isReaderGone } from "../output.js";
import { untilAskedToEnd } from "../signals.js";
import { openSinks, ownedBy } from "./open-sinks.js";
import { planRelinquishment, relinquishPrivileges } from "./relinquish-privileges.js";
import type { CaptureRequest } from "./request.js";
import type { Sink } from "./sink.js";

/** Reads a capture file to its end, or until the output has enough. */
export async function captureFromFile(request: CaptureRequest, path: string): Promise<void> {
  const signal = untilAskedToEnd();
  const input = statOf(path);
  using reader = await readCapture(path, { signal });
  const accepts = filterOf(request.filter, reader);
  const relinquishment = planRelinquishment(request);
  using waiting =
    request.file === undefined ? undefined : await awaitReader(request.file, relinquishment.account, signal);
  if (signal.aborted) return;
  const output = { ...ownedBy(relinquishment.account), ...(input?.isFile() ? { notOver: input } : {}) };
  // While it may still be opened anew.
  standardOutputPipe();
  const isWhole = request.live.snapLength === undefined || request.live.snapLength === 0;
  if (request.file !== undefined && request.output === "none" && isWhole) {
    const split = openRotation(request.file, request.rotation);
    const options = { nanoseconds: request.print.fraction === 9, ...output };
    using writer = openCaptureWriter(split?.path ?? request.file, options, request.file);
    waiting?.[Symbol.dispose]();
    relinquishPrivileges(relinquishment, request);
    const { count } = request;
    await copyCapture(reader, writer, { accept: accepts, count, ...present({ rotation: split }) });
    return;
  }
  const sinks = openSinks(request, reader.interfaces, output);
  waiting?.[Symbol.dispose]();
  relinquishPrivileges(relinquishment, request);
  try {
    await run(reader, sinks, accepts, request, signal);
  } catch (error) {
    if (!isReaderGone(error)) throw error;
  } finally {
    for (const sink of sinks) sink.end(undefined);
  }
}

function statOf(path: string): Stats | undefined {
  return path === "-" ? fstatSync(0) : statSync(path, { throwIfNoEntry: false });
}

async function run(
  reader: CaptureReader,
  sinks: readonly Sink[],
  accepts: Accepts,
  { count, live: { snapLength = 0 } }: CaptureRequest,
  signal: AbortSignal,
): Promise<void> {
  let known = 0;
  let left = count;
  const most = snapLength === 0 ? Number.POSITIVE_INFINITY : snapLength;
  const take = (packet: Packet): boolean => {
    packet.capturedLength = Math.min(packet.capturedLength, most);
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
