import type { Packet } from "../../capture/packet.js";
import { compileFilter } from "../../linux/filter/compile-filter.js";
import { LINKTYPE_ETHERNET } from "../../wire/file/linktype.js";
import { PacketFilter } from "../../wire/kernel/bpf/run.js";

/** A function that reports whether a packet is wanted. */
export type Accept = (packet: Packet) => boolean;

/** An expression that packets of files must match. It is compiled once for each link type. */
export class FileFilter {
  readonly #expression: string;
  readonly #optimize: boolean;
  readonly #programs = new Map<number, PacketFilter>();

  constructor(expression: string, optimize: boolean) {
    this.#expression = expression;
    this.#optimize = optimize;
  }

  /**
   * Returns a function that reports whether a packet of a file matches, or undefined if every packet does.
   * @param interfaces those of the file; more may be added while it is read
   * @throws PromiscError `usage` if the expression is wrong, even if the file has no packet
   */
  for(interfaces: readonly { readonly linkType: number }[]): Accept | undefined {
    if (this.#expression === "") return undefined;
    this.#program(interfaces[0]?.linkType ?? LINKTYPE_ETHERNET);
    return ({ bytes, start, capturedLength, length, interfaceId }) => {
      const { linkType } = interfaces[interfaceId] as { linkType: number };
      return this.#program(linkType).run(bytes, start, capturedLength, length) > 0;
    };
  }

  #program(linkType: number): PacketFilter {
    let program = this.#programs.get(linkType);
    if (!program) {
      const options = { linkType, forFile: true, optimize: this.#optimize };
      program = new PacketFilter(compileFilter(this.#expression, options));
      this.#programs.set(linkType, program);
    }
    return program;
  }
}

/** Returns a function that leaves out the first packets that another one accepts; that one itself if `count` is 0. */
export function skipping(count: number, accept: Accept | undefined): Accept | undefined {
  if (count === 0) return accept;
  let left = count;
  return (packet) => {
    if (accept && !accept(packet)) return false;
    if (left === 0) return true;
    left--;
    return false;
  };
}
