import type { LineWriter } from "./line-writer.js";
import type { PrintOptions } from "./options.js";
import type { SequenceTable } from "./transport/sequence-table.js";

/** Printers that lie in a circle: IP carries protocols that carry IP, and LLC what Ethernet does. */
export interface Layers {
  /** @returns false for an EtherType that isn't decoded */
  etherType(context: Context, type: number, start: number, length: number): boolean;
  ipProtocol(context: Context, protocol: number, start: number, length: number, isFragment: boolean): void;
}

/** What the printing of one packet goes by; one object, filled anew for each packet. */
export interface Context {
  readonly out: LineWriter;
  readonly options: PrintOptions;
  readonly sequences: SequenceTable;
  readonly layers: Layers;
  bytes: Uint8Array;
  /** Where the present layer's captured bytes end: nothing is read at or after it. */
  end: number;
  /** Where the IP header is that the present layer lies in, and its version; and how many there are around it. */
  ipStart: number;
  ipVersion: 4 | 6;
  /** Where the address is to which an IPv6 packet goes in the end, which a routing header may have. */
  destination: number;
  depth: number;
  /** Where the link-level header ends, VLAN tags and LLC in it: `-x` begins there. */
  payload: number;
}

/** Whether `count` bytes from `at` on were captured. */
export function has({ end }: Context, at: number, count: number): boolean {
  return at + count <= end;
}

/** How tcpdump says that a protocol's bytes end too early. */
export function printTruncated({ out }: Context, protocol: string): void {
  out.text(" [|");
  out.text(protocol);
  out.text("]");
}
