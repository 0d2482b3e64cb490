import { linkTypeOf } from "../../capture/live/link-type.js";
import { SNAP_LENGTH } from "../../capture/live/options.js";
import { compileFilter } from "../../linux/compile-filter.js";
import { Rtnetlink } from "../../linux/rtnetlink.js";
import { resolveLink } from "../../promiscuity/interface-name.js";
import { disassemble, disassembleToC, disassembleToNumbers } from "../../wire/bpf/disassemble.js";
import { LINKTYPE_ETHERNET } from "../../wire/linktype.js";
import { write } from "../output.js";
import type { CaptureRequest } from "./request.js";

/** Prints the compiled expression as tcpdump's `-d`, `-dd` and `-ddd` do, and captures nothing. */
export function dumpFilter({ source, filter, live }: CaptureRequest, detail: number): void {
  const name = source.kind === "live" ? source.interfaces[0] : undefined;
  const program = compileFilter(filter, {
    linkType: name === undefined ? LINKTYPE_ETHERNET : linkTypeOfInterface(name),
    snapLength: live.snapLength || SNAP_LENGTH,
    ...(name === undefined ? {} : { liveInterface: name }),
  });
  const print = [disassemble, disassembleToC, disassembleToNumbers][Math.min(detail, 3) - 1] ?? disassemble;
  write(1, `${print(program).join("\n")}\n`);
}

function linkTypeOfInterface(name: string): number {
  using rtnetlink = new Rtnetlink();
  return linkTypeOf(resolveLink(rtnetlink, name, `capture on ${name}`).type) ?? LINKTYPE_ETHERNET;
}
