import { fstatSync, type Stats, statSync } from "node:fs";
import { copyCapture } from "../../capture/file/copy-capture.js";
import { readCapture } from "../../capture/file/read/read-capture.js";
import { openRotation } from "../../capture/file/rotation.js";
import { awaitReader } from "../../capture/file/write/await-reader.js";
import { openCaptureWriter } from "../../capture/file/write/open-writer.js";
import { Pump } from "../../capture/pump.js";
import { standardOutputPipe } from "../../linux/file/standard-output-pipe.js";
import { planRelinquishment, relinquishPrivileges } from "../../linux/privilege/relinquish-privileges.js";
import { present } from "../../present.js";
import { isReaderGone } from "../output/write.js";
import { untilAskedToEnd } from "../signals.js";
import { announceFile } from "./announce-file.js";
import { FileFilter, skipping } from "./file-filter.js";
import { FileSequence } from "./file-sequence.js";
import { type CaptureRequest, splitDirectory } from "./request.js";
import { printCount } from "./sink/count-sink.js";
import { openSinks, ownedBy } from "./sink/open-sinks.js";

/** Reads capture files to their end, or until the output has enough packets. */
export async function captureFromFiles(
  request: CaptureRequest,
  [path, ...others]: readonly [string, ...string[]],
): Promise<void> {
  const signal = untilAskedToEnd();
  const inputs = [path, ...others].flatMap((each) => statOf(each) ?? []);
  using reader = await readCapture(path, { signal });
  const { filter, optimize } = request;
  const accept = skipping(request.skip, new FileFilter(filter, optimize).for(reader.interfaces));
  const relinquishment = planRelinquishment(request.user);
  using waiting =
    request.file === undefined
      ? undefined
      : await awaitReader(request.file, { owner: relinquishment.account, signal });
  if (signal.aborted) return;
  const notOver = inputs.filter((input) => input.isFile());
  const output = { ...ownedBy(relinquishment.account), notOver };
  // A pipe must be reopened before privileges are given up.
  standardOutputPipe();
  const { count } = request;
  const snapLength = request.live.snapLength || undefined;
  const isCopy = request.output === "none" || request.output === "count";
  if (request.file !== undefined && isCopy && snapLength === undefined && others.length === 0) {
    const split = openRotation(request.file, request.rotation);
    const options = { name: request.file, nanoseconds: request.print.fraction === 9, ...output };
    using _after = { [Symbol.dispose]: () => split?.end() };
    using writer = openCaptureWriter(split?.path ?? request.file, options);
    waiting?.[Symbol.dispose]();
    relinquishPrivileges(relinquishment, { directory: splitDirectory(request) });
    announceFile(reader);
    const copied = await copyCapture(reader, writer, {
      count,
      signal,
      ...present({ accept, rotation: split }),
    });
    if (request.output === "count") printCount(copied, request.json);
    return;
  }
  const sequence =
    others.length > 0 ? new FileSequence(reader, others, { filter, optimize, count, signal }) : undefined;
  const sinks = openSinks(request, sequence?.interfaces ?? reader.interfaces, output);
  waiting?.[Symbol.dispose]();
  relinquishPrivileges(relinquishment, { directory: splitDirectory(request) });
  const pump = sequence
    ? new Pump(sequence, sinks, present({ accept: skipping(request.skip, undefined), snapLength }))
    : new Pump(reader, sinks, { count, ...present({ accept, snapLength }) });
  if (!sequence) announceFile(reader);
  try {
    await pump.run(signal);
  } catch (error) {
    if (!isReaderGone(error)) throw error;
  }
}

function statOf(path: string): Stats | undefined {
  return path === "-" ? fstatSync(0) : statSync(path, { throwIfNoEntry: false });
}
