import { captureFromFile } from "../capture/capture-file.js";
import { captureLive } from "../capture/capture-live.js";
import { dumpFilter } from "../capture/dump-filter.js";
import { readRequest } from "../capture/request.js";
import type { CaptureWords } from "../capture/words.js";

/** Captures from interfaces, or reads a capture file, as tcpdump does. */
export async function capture(words: readonly string[], options: CaptureWords): Promise<void> {
  const request = readRequest(words, options);
  const { source } = request;
  if (options.counted.d > 0) await dumpFilter(request, options.counted.d);
  else if (source.kind === "file") await captureFromFile(request, source.path);
  else await captureLive(request, source.interfaces);
}
