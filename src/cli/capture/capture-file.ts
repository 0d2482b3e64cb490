import { fstatSync, type Stats, statSync } from "node:fs";
import { copyCapture } from "../../capture/file/copy-capture.js";
import type { FileInterface } from "../../capture/file/read/decoder.js";
import { type CaptureReader, readCapture } from "../../capture/file/read/read-capture.js";
import { openRotation } from "../../capture/file/rotation.js";
import { awaitReader } from "../../capture/file/write/await-reader.js";
import { openCaptureWriter } from "../../capture/file/write/open-writer.js";
import type { Packet } from "../../capture/packet.js";
import { Pump } from "../../capture/pump.js";
import { standardOutputPipe } from "../../linux/file/standard-output-pipe.js";
import { compileFilter } from "../../linux/filter/compile-filter.js";
import { planRelinquishment, relinquishPrivileges } from "../../linux/privilege/relinquish-privileges.js";
import { present } from "../../present.js";
import { LINKTYPE_ETHERNET } from "../../wire/file/linktype.js";
import { PacketFilter } from "../../wire/kernel/bpf/run.js";
import { isReaderGone } from "../output/write.js";
import { untilAskedToEnd } from "../signals.js";
import { type CaptureRequest, splitDirectory } from "./request.js";
import { openSinks, ownedBy } from "./sink/open-sinks.js";

/** Reads a capture file to its end, or until the output has enough packets. */
export async function captureFromFile(request: CaptureRequest, path: string): Promise<void> {
  const signal = untilAskedToEnd();
  const input = statOf(path);
  using reader = await readCapture(path, { signal });
  const accept = filterOf(request.filter, reader);
  const relinquishment = planRelinquishment(request.user);
  using waiting =
    request.file === undefined
      ? undefined
      : await awaitReader(request.file, { owner: relinquishment.account, signal });
  if (signal.aborted) return;
  const output = { ...ownedBy(relinquishment.account), ...(input?.isFile() ? { notOver: input } : {}) };
  // A pipe must be reopened before privileges are given up.
  standardOutputPipe();
  const { count } = request;
  const snapLength = request.live.snapLength || undefined;
  if (request.file !== undefined && request.output === "none" && snapLength === undefined) {
    const split = openRotation(request.file, request.rotation);
    const options = { name: request.file, nanoseconds: request.print.fraction === 9, ...output };
    using writer = openCaptureWriter(split?.path ?? request.file, options);
    waiting?.[Symbol.dispose]();
    relinquishPrivileges(relinquishment, { directory: splitDirectory(request) });
    await copyCapture(reader, writer, { count, signal, ...present({ accept, rotation: split }) });
    return;
  }
  const sinks = openSinks(request, reader.interfaces, output);
  waiting?.[Symbol.dispose]();
  relinquishPrivileges(relinquishment, { directory: splitDirectory(request) });
  const pump = new Pump(reader, sinks, { count, ...present({ accept, snapLength }) });
  try {
    await pump.run(signal);
  } catch (error) {
    if (!isReaderGone(error)) throw error;
  }
}

function statOf(path: string): Stats | undefined {
  return path === "-" ? fstatSync(0) : statSync(path, { throwIfNoEntry: false });
}

/**
 * Returns a function that reports whether a packet passes the expression, or undefined if every packet does. Each link
 * type has a program of its own.
 */
function filterOf(
  expression: string,
  { interfaces }: CaptureReader,
): ((packet: Packet) => boolean) | undefined {
  if (expression === "") return undefined;
  const filters = new Map<number, PacketFilter>();
  const filterFor = (linkType: number): PacketFilter => {
    const filter =
      filters.get(linkType) ?? new PacketFilter(compileFilter(expression, { linkType, forFile: true }));
    filters.set(linkType, filter);
    return filter;
  };
  // Compile it now, so that an error in it is reported even if there is no packet.
  filterFor(interfaces[0]?.linkType ?? LINKTYPE_ETHERNET);
  return ({ bytes, start, capturedLength, length, interfaceId }) => {
    const { linkType } = interfaces[interfaceId] as FileInterface;
    return filterFor(linkType).run(bytes, start, capturedLength, length) > 0;
  };
}
