import type { Packet } from "../packet.js";
import type { LineWriter } from "./line-writer.js";
import type { PrintOptions } from "./options.js";
export class LinePrinter {
  constructor(_o: PrintOptions, _several?: boolean) {}
  print(p: Packet, _l: number, out: LineWriter): void {
    out.decimal(p.seconds);
    out.text(" len ");
    out.decimal(p.length);
    out.byte(10);
  }
}
