import type { InterfaceNames } from "./interface-names.js";
import type { LineWriter } from "./line-writer.js";
import type { PrintOptions } from "./options.js";
import type { SequenceTable } from "./transport/sequence-table.js";

/** Printers that depend on each other: IP carries protocols that carry IP, and LLC carries what Ethernet carries. */
export interface Layers {
  /**
   * Prints a payload according to its EtherType.
   * @returns false for an EtherType that isn't decoded
   */
  etherType(context: Context, type: number, start: number, length: number): boolean;
  ipProtocol(context: Context, protocol: number, start: number, length: number, isFragment: boolean): void;
}

/** The state of printing one packet. One object is refilled for each packet. */
export interface Context {
  readonly out: LineWriter;
  readonly options: PrintOptions;
  readonly sequences: SequenceTable;
  readonly names: InterfaceNames;
  readonly layers: Layers;
  bytes: Uint8Array;
  /** Offset of the end of the current layer's captured bytes. Nothing at or after it is read. */
  end: number;
  /**
   * Offset of the innermost IP header around the current layer, and its version. `depth` is the number of IP headers
   * around it.
   */
  ipStart: number;
  ipVersion: 4 | 6;
  /** Offset of an IPv6 packet's final destination address, which may be in a routing header. */
  destination: number;
  depth: number;
  /** Offset of the end of the link-level header, including VLAN tags and LLC: `-x` begins there. */
  payload: number;
}

/** Reports whether `count` bytes from `at` on were captured. */
export function has({ end }: Context, at: number, count: number): boolean {
  return at + count <= end;
}

/** Prints tcpdump's mark for a protocol whose bytes end too early. */
export function printTruncated({ out }: Context, protocol: string): void {
  out.text(" [|");
  out.text(protocol);
  out.text("]");
}
