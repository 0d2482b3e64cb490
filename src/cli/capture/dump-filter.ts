import { readCapture } from "../../capture/file/read/read-capture.js";
import { linkTypeOfInterface } from "../../capture/live/choose-interface.js";
import { DEFAULT_SNAP_LENGTH } from "../../capture/live/options.js";
import { type CompileOptions, compileFilter } from "../../linux/filter/compile-filter.js";
import { LINKTYPE_ETHERNET } from "../../wire/file/linktype.js";
import { disassemble, disassembleToC, disassembleToNumbers } from "../../wire/kernel/bpf/disassemble.js";
import { writeExactly } from "../output/write.js";
import type { CaptureRequest } from "./request.js";

/** Prints the compiled expression as tcpdump's `-d`, `-dd` and `-ddd` do, without capturing anything. */
export async function dumpFilter(
  { source, filter, optimize, live }: CaptureRequest,
  detail: number,
): Promise<void> {
  const program = compileFilter(filter, {
    snapLength: live.snapLength || DEFAULT_SNAP_LENGTH,
    optimize,
    ...(source.kind === "file"
      ? await factsOfFile(source.paths[0])
      : factsOfInterface(source.interfaces[0], live.linkType)),
  });
  const print = [disassemble, disassembleToC, disassembleToNumbers][Math.min(detail, 3) - 1] ?? disassemble;
  writeExactly(1, `${print(program).join("\n")}\n`);
}

async function factsOfFile(path: string): Promise<CompileOptions> {
  using reader = await readCapture(path);
  const { linkType = LINKTYPE_ETHERNET, snapLength = 0 } = reader.interfaces[0] ?? {};
  return { linkType, ...(snapLength > 0 ? { snapLength } : {}) };
}

function factsOfInterface(name: string | undefined, linkType: number | undefined): CompileOptions {
  if (name === undefined) return { linkType: linkType ?? LINKTYPE_ETHERNET };
  const chosen = linkTypeOfInterface(name, linkType);
  return { linkType: chosen, liveInterface: chosen === linkTypeOfInterface(name) ? name : undefined };
}
