import { captureFromFiles } from "../capture/capture-file.js";
import { captureLive } from "../capture/capture-live.js";
import { dumpFilter } from "../capture/dump-filter.js";
import { list } from "../capture/list.js";
import { readRequest } from "../capture/request.js";
import type { OptionsOf } from "../program.js";

/** Captures from interfaces, or reads a capture file, as tcpdump does. */
export async function capture(words: readonly string[], options: OptionsOf<"capture">): Promise<void> {
  const request = readRequest(words, options);
  const { source } = request;
  if (request.listing) list(request.listing, request);
  else if (options.d > 0) await dumpFilter(request, options.d);
  else if (source.kind === "file") await captureFromFiles(request, source.paths);
  else await captureLive(request, source.interfaces);
}
