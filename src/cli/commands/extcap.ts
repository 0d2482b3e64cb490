import { openFileSink } from "../../capture/file/file-sink.js";
import { awaitReader } from "../../capture/file/write/await-reader.js";
import { openCapture } from "../../capture/live/capture.js";
import { captureInterfaces, linkTypeOfInterface } from "../../capture/live/choose-interface.js";
import { DEFAULT_SNAP_LENGTH } from "../../capture/live/options.js";
import { Pump } from "../../capture/pump.js";
import { PromiscError, usageError } from "../../errors.js";
import { linkTypeDescription, linkTypeName } from "../../wire/file/linktype.js";
import { printable } from "../format/text.js";
import { numberOption } from "../option/number-option.js";
import { writeExactly } from "../output/write.js";
import type { OptionsOf } from "../program.js";
import { untilAskedToEnd } from "../signals.js";
import { promiscVersion } from "../version.js";

/** The prefix of the interfaces' names in Wireshark, which lists them beside its own. */
const PREFIX = "promisc-";

/** What a pcapng file says of the program that wrote it. */
const application = `promisc ${promiscVersion}`;

type ExtcapOptions = OptionsOf<"extcap">;

/** Answers Wireshark's calls to a source of packets: extcap(4). */
export async function extcap(options: ExtcapOptions): Promise<void> {
  if (options.extcapInterfaces) return listInterfaces();
  const name = interfaceOf(options);
  if (options.extcapDlts) return listLinkTypes(name);
  if (options.extcapConfig) return listOptions();
  // Wireshark asks whether a filter is valid before it starts the capture.
  if (options.capture) return await captureToFifo(name, options);
  throw usageError(
    "serve Wireshark",
    "nothing is asked",
    "Wireshark gives --extcap-interfaces, --extcap-dlts, --extcap-config or --capture",
  );
}

function listInterfaces(): void {
  const lines = captureInterfaces().map(
    (name) => `interface {value=${PREFIX}${sentence(name)}}{display=${sentence(name)}, by promisc}`,
  );
  writeExactly(1, `${[`extcap {version=${promiscVersion}}{display=promisc}`, ...lines].join("\n")}\n`);
}

function listLinkTypes(ifname: string): void {
  const type = linkTypeOfInterface(ifname);
  writeExactly(
    1,
    `dlt {number=${type}}{name=${linkTypeName(type) ?? type}}{display=${linkTypeDescription(type) ?? type}}\n`,
  );
}

function listOptions(): void {
  writeExactly(
    1,
    [
      "arg {number=0}{call=--promiscuous}{display=Promiscuous mode}{type=boolean}{default=true}{tooltip=Hold the interface promiscuous while capturing}",
      `arg {number=1}{call=--snaplen}{display=Snapshot length}{type=unsigned}{range=0,${DEFAULT_SNAP_LENGTH}}{default=${DEFAULT_SNAP_LENGTH}}{tooltip=Capture at most this many bytes of each packet}`,
      "",
    ].join("\n"),
  );
}

async function captureToFifo(ifname: string, options: ExtcapOptions): Promise<void> {
  const { fifo, extcapCaptureFilter: filter = "", snaplen, promiscuous } = options;
  if (fifo === undefined) throw usageError("serve Wireshark", "--capture needs --fifo", "Wireshark gives it");
  using capture = openCapture(ifname, {
    filter,
    promiscuous: promiscuous !== "false",
    snapLength: numberOption("serve Wireshark", "--snaplen", snaplen ?? "0", {
      least: 0,
      most: DEFAULT_SNAP_LENGTH,
    }),
  });
  const signal = untilAskedToEnd();
  const waiting = await awaitReader(fifo, { signal });
  if (signal.aborted) return;
  const sink = openFileSink(fifo, { nanoseconds: true, isSeveral: true, filter, section: { application } });
  waiting?.[Symbol.dispose]();
  const pump = new Pump(capture, [sink]);
  try {
    await pump.run(signal);
  } catch (error) {
    // Wireshark ends a capture by closing the pipe.
    if (!(error instanceof PromiscError && error.errno?.name === "EPIPE")) throw error;
  }
}

function interfaceOf({ extcapInterface: name }: ExtcapOptions): string {
  if (name?.startsWith(PREFIX)) return name.slice(PREFIX.length);
  throw usageError(
    "serve Wireshark",
    `${name ?? "nothing"} is no interface of this program`,
    "--extcap-interfaces lists them",
  );
}

/** Escapes a value in an extcap sentence, which can't contain braces. */
function sentence(text: string): string {
  return printable(text).replace(/[{}]/g, "_");
}
