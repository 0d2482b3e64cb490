import { openFileSink } from "../../../capture/file/file-sink.js";
import type { OutputOptions } from "../../../capture/file/write/open-output.js";
import type { CaptureStatistics } from "../../../capture/live/statistics.js";
import type { CaptureInterface } from "../../../capture/packet.js";
import type { PacketSink } from "../../../capture/pump.js";
import { promiscVersion } from "../../version.js";
import type { CaptureRequest } from "../request.js";
import { ClassesSink } from "./classes-sink.js";
import { CountSink } from "./count-sink.js";
import { JsonSink } from "./json-sink.js";
import { LinesSink } from "./lines-sink.js";

/** Returns the options that give a file to its owner, if there is one. */
export function ownedBy(owner: OutputOptions["owner"]): OutputOptions {
  return owner ? { owner } : {};
}

/**
 * Opens all outputs for packets.
 * @param interfaces those that are known before the first packet
 * @param output options of the file
 * @throws PromiscError if the file can't be written
 */
export function openSinks(
  { file, rotation, print, filter, output: kind, json }: CaptureRequest,
  interfaces: readonly CaptureInterface[],
  output: OutputOptions,
  statistics?: () => CaptureStatistics,
): PacketSink[] {
  const sinks: PacketSink[] = [];
  if (file !== undefined)
    sinks.push(
      openFileSink(file, {
        rotation,
        nanoseconds: print.fraction === 9,
        isSeveral: interfaces.length > 1,
        filter,
        section: { application: `promisc ${promiscVersion}` },
        ...output,
      }),
    );
  if (kind === "lines") sinks.push(new LinesSink(print, interfaces.length > 1));
  if (kind === "count") sinks.push(new CountSink(json));
  if (kind === "json") sinks.push(new JsonSink());
  if (kind === "classes" && statistics) sinks.push(new ClassesSink(statistics, json));
  return sinks;
}
