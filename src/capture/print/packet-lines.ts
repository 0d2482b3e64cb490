import { checkOptions, type OptionKinds } from "../../check-options.js";
import { LINKTYPE_LINUX_SLL2 } from "../../wire/file/linktype.js";
import type { CaptureInterface, Packet } from "../packet.js";
import { LineWriter } from "./line-writer.js";
import { defaultPrintOptions, type PrintOptions } from "./options.js";
import { LinePrinter } from "./printer.js";

/** Options of {@link createLinePrinter}. */
export interface LinePrinterOptions extends Partial<PrintOptions> {
  /** Whether the interface's name and the packet's direction begin each line. Defaults to false. */
  readonly showInterface?: boolean;
  /**
   * Returns the current name of an interface by its index, for packets of `"any"` (`LINUX_SLL2`). It is asked at most
   * once for each interface between two calls of {@link PacketLines.clear}. Defaults to asking the kernel.
   */
  readonly nameOf?: (index: number) => string | undefined;
}

/** Lines that describe packets, gathered in one buffer. */
export interface PacketLines {
  /** Appends the lines of one packet, each with a line feed at its end. */
  print(packet: Packet): void;
  /** Returns the lines that were printed since {@link clear}, in place: valid until the next call. */
  written(): Uint8Array;
  /** Forgets the lines. Names of interfaces are looked up again after it. */
  clear(): void;
}

const linePrinterOptions: OptionKinds<LinePrinterOptions> = {
  showInterface: "boolean?",
  nameOf: "function?",
  verbose: "number?",
  quiet: "boolean?",
  link: "boolean?",
  absoluteSequence: "boolean?",
  time: ["local", "none", "epoch", "delta", "date", "elapsed"],
  fraction: [6, 9],
  dump: ["none", "hex", "hex-link", "ascii", "ascii-link", "text", "text-link"],
  verifyChecksums: "boolean?",
  number: "boolean?",
  lengths: "boolean?",
  ipOneLine: "boolean?",
  sampling: "number?",
};

/**
 * Makes a printer of packets, which prints them as tcpdump does with `-n`, from bytes to bytes. Control characters in
 * packets and names are escaped.
 *
 *     const lines = createLinePrinter(capture.interfaces);
 *     await capture.eachBatch((batch) => {
 *       while (batch.next()) lines.print(batch.packet);
 *       process.stdout.write(Buffer.from(lines.written()));
 *       lines.clear();
 *     });
 *
 * @param interfaces the interfaces that packets' `interfaceId` counts; there may be more of them later
 */
export function createLinePrinter(
  interfaces: readonly CaptureInterface[],
  options: LinePrinterOptions = {},
): PacketLines {
  checkOptions("createLinePrinter", options, linePrinterOptions);
  const { showInterface = false, nameOf, ...shape } = options;
  const out = new LineWriter();
  const printer = new LinePrinter({ ...defaultPrintOptions, ...shape }, nameOf);
  return {
    print(packet) {
      const { linkType, name } = interfaces[packet.interfaceId] as CaptureInterface;
      // Packets of "any" carry the index of their interface, whose name begins the line anyway.
      const isNamed = showInterface && linkType !== LINKTYPE_LINUX_SLL2;
      printer.print(packet, linkType, out, isNamed ? name : undefined);
    },
    written: () => out.written(),
    clear: () => {
      out.clear();
      printer.refreshNames();
    },
  };
}
