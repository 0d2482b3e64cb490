import { nameOfIndex } from "../../linux/interface/index-name.js";
import * as linktype from "../../wire/file/linktype.js";
import { BSD_LOOPBACK_SIZE } from "../../wire/packet/link/bsd-loopback.js";
import { ETHERNET_SIZE } from "../../wire/packet/link/ethernet.js";
import { SLL_SIZE } from "../../wire/packet/link/sll.js";
import { SLL2_SIZE } from "../../wire/packet/link/sll2.js";
import type { Packet } from "../packet.js";
import type { Context } from "./context.js";
import { printDump, printText } from "./hex-dump.js";
import { InterfaceNames, paddedName } from "./interface-names.js";
import type { LineWriter } from "./line-writer.js";
import { printInterface, printSll, printSll2 } from "./link/cooked.js";
import { printEthernet } from "./link/ethernet.js";
import { printEthertype } from "./link/ethernet-payload.js";
import { printLoop, printNull, printRaw } from "./link/raw.js";
import { printIpProtocol } from "./network/ip-protocol.js";
import type { PrintOptions } from "./options.js";
import { Timestamp } from "./timestamp.js";
import { SequenceTable } from "./transport/sequence-table.js";

type PrintLink = (context: Context, start: number, length: number) => void;

/** By LINKTYPE_ value: the printer, and the least length of the link-level header. */
const links: Readonly<Record<number, readonly [PrintLink, number]>> = {
  [linktype.LINKTYPE_NULL]: [printNull, BSD_LOOPBACK_SIZE],
  [linktype.LINKTYPE_ETHERNET]: [printEthernet, ETHERNET_SIZE],
  [linktype.LINKTYPE_RAW]: [printRaw, 0],
  [linktype.LINKTYPE_LOOP]: [printLoop, BSD_LOOPBACK_SIZE],
  [linktype.LINKTYPE_LINUX_SLL]: [printSll, SLL_SIZE],
  [linktype.LINKTYPE_IPV4]: [printRaw, 0],
  [linktype.LINKTYPE_IPV6]: [printRaw, 0],
  [linktype.LINKTYPE_LINUX_SLL2]: [printSll2, SLL2_SIZE],
};

/** Reports whether packets of a link type are printed. Of others, only the length is. */
export function canPrint(linkType: number): boolean {
  return links[linkType] !== undefined;
}

/** Prints packets as `tcpdump -n` does, from bytes to bytes. */
export class LinePrinter {
  readonly #options: PrintOptions;
  readonly #timestamp: Timestamp;
  readonly #sequences = new SequenceTable();
  /** The encoded names of interfaces, which precede each packet. */
  readonly #names = new Map<string, Uint8Array>();
  /** The names of interfaces that packets give by index. */
  readonly #namesByIndex: InterfaceNames;
  #context: Context | undefined;
  /** The number of packets so far. */
  #count = 0;

  /** @param nameOf returns the current name of an interface; defaults to asking the kernel */
  constructor(options: PrintOptions, nameOf: (index: number) => string | undefined = nameOfIndex) {
    this.#namesByIndex = new InterfaceNames(nameOf);
    this.#options = options;
    this.#timestamp = new Timestamp(options);
  }

  /**
   * Prints one packet and a line feed, unless `sampling` leaves it out.
   * @param interfaceName printed in front, with the packet's direction, if packets of several interfaces are printed
   */
  print(packet: Packet, linkType: number, out: LineWriter, interfaceName?: string): void {
    this.#count++;
    if (this.#count % this.#options.sampling !== 0) return;
    const { bytes, start, capturedLength, length } = packet;
    const context = this.#contextFor(out);
    context.bytes = bytes;
    context.end = start + capturedLength;
    context.depth = 0;
    this.#printNumberAndLengths(packet, out);
    this.#timestamp.print(out, packet.seconds, packet.nanoseconds);
    if (interfaceName !== undefined) printInterface(out, this.#bytesOfName(interfaceName), packet.packetType);
    const link = links[linkType];
    context.payload = start + (link?.[1] ?? 0);
    if (link) link[0](context, start, length);
    else printUnknown(out, linkType, length);
    this.#dump(context, start, start + capturedLength);
    out.byte(0x0a);
  }

  /** Looks up the names of interfaces again, which may have changed. */
  refreshNames(): void {
    this.#namesByIndex.refresh();
  }

  #printNumberAndLengths({ capturedLength, length }: Packet, out: LineWriter): void {
    if (this.#options.number) {
      for (let least = 10; least < 100_000; least *= 10) if (this.#count < least) out.byte(0x20);
      out.decimal(this.#count);
      out.text("  ");
    }
    if (!this.#options.lengths) return;
    out.text("caplen ");
    out.decimal(capturedLength);
    out.text(" len ");
    out.decimal(length);
    out.byte(0x20);
  }

  #bytesOfName(name: string): Uint8Array {
    const bytes = this.#names.get(name) ?? paddedName(name);
    this.#names.set(name, bytes);
    return bytes;
  }

  #contextFor(out: LineWriter): Context {
    if (this.#context?.out !== out)
      this.#context = {
        out,
        options: this.#options,
        sequences: this.#sequences,
        names: this.#namesByIndex,
        layers: { etherType: printEthertype, ipProtocol: printIpProtocol },
        bytes: out.bytes,
        end: 0,
        ipStart: 0,
        ipVersion: 4,
        destination: 0,
        depth: 0,
        payload: 0,
      };
    return this.#context;
  }

  #dump(context: Context, start: number, end: number): void {
    const { dump } = this.#options;
    if (dump === "none") return;
    const withLink = dump === "hex-link" || dump === "ascii-link" || dump === "text-link";
    const from = withLink ? start : Math.min(context.payload, end);
    if (dump === "text" || dump === "text-link") printText(context, from, end);
    else printDump(context, from, end, dump === "ascii" || dump === "ascii-link");
  }
}

function printUnknown(out: LineWriter, linkType: number, length: number): void {
  out.text(linktype.linkTypeDescription(linkType) ?? "unknown link type");
  out.text(" (link type ");
  out.decimal(linkType);
  out.text("), length ");
  out.decimal(length);
}
