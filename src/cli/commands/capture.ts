import { captureFromFiles } from "../capture/capture-file.js";
import { captureLive } from "../capture/capture-live.js";
import { dumpFilter } from "../capture/dump-filter.js";
import { list } from "../capture/list.js";
import { explainFirstWord, refuseFileName } from "../capture/mistaken-words.js";
import { readRequest } from "../capture/request.js";
import type { OptionsOf } from "../program.js";

/** Captures from interfaces, or reads capture files, as tcpdump does. */
export async function capture(words: readonly string[], options: OptionsOf<"capture">): Promise<void> {
  const { z: command } = options;
  const finished = command === undefined ? undefined : await import("../capture/finished-files.js");
  const request = readRequest(words, options, (path) => finished?.runFor(command as string, path));
  const { source } = request;
  // With -i or -F, the first word isn't an interface.
  const named = source.kind === "file" || options.interface !== undefined || options.filterFile !== undefined;
  const mistaken = named ? undefined : words[source.interfaces.length];
  refuseFileName(mistaken);
  // With this signal, tcpdump writes what it holds back. promisc holds nothing back, and must not end.
  process.on("SIGUSR2", () => {});
  try {
    if (request.listing) list(request.listing, request);
    else if (options.d > 0) await dumpFilter(request, options.d);
    else if (source.kind === "file") await captureFromFiles(request, source.paths);
    else await captureLive(request, source.interfaces);
  } catch (error) {
    throw explainFirstWord(error, mistaken);
  } finally {
    await finished?.reportRunning();
  }
}
