import { PromiscError } from "../../errors.js";
import { present } from "../../present.js";
import { decompileFilter } from "../../wire/filter/decompile.js";
import { describePayloadConstant } from "../../wire/filter/payload.js";
import type { Instruction } from "../../wire/kernel/bpf/classic.js";
import { disassemble } from "../../wire/kernel/bpf/disassemble.js";
import type { ClassicFilter } from "./listener.js";

/** What the frames are that a filter examines. */
export interface FilteredFrames {
  /** Their LINKTYPE_ value; undefined if it isn't known. */
  readonly linkType: number | undefined;
  /** `ETH_P_*`, if the socket gets frames of one protocol only. */
  readonly protocol?: number;
}

/** How long programs are decompiled altogether, in milliseconds: anyone can attach thousands that take long. */
const LONGEST_MS = 5000;

/** Describes classic BPF programs. Programs that are alike, as those of a fanout group are, are described once. */
export class FilterDescriber {
  readonly #described = new Map<string, ClassicFilter>();
  #msLeft = LONGEST_MS;

  describe(program: readonly Instruction[], { linkType, protocol }: FilteredFrames): ClassicFilter {
    const instructions = program.map(({ code, jt, jf, k }) => `${code},${jt},${jf},${k}`);
    const key = `${linkType} ${protocol} ${instructions.join(" ")}`;
    const known = this.#described.get(key);
    if (known) return known;
    const described: ClassicFilter = {
      kind: "classic",
      ...present({ linkType, protocol }),
      program,
      instructions: disassemble(program),
      ...this.#decompile(program, linkType, protocol),
    };
    this.#described.set(key, described);
    return described;
  }

  #decompile(
    program: readonly Instruction[],
    linkType: number | undefined,
    protocol: number | undefined,
  ): Pick<ClassicFilter, "expression" | "reason" | "magic"> {
    if (linkType === undefined) return { reason: "packets of this link type aren't understood", magic: [] };
    if (this.#msLeft <= 0) return { reason: "too many other filters were examined before", magic: [] };
    const start = performance.now();
    try {
      return wordsFor(program, linkType, protocol);
    } finally {
      this.#msLeft -= performance.now() - start;
    }
  }
}

function wordsFor(
  program: readonly Instruction[],
  linkType: number,
  protocol: number | undefined,
): Pick<ClassicFilter, "expression" | "reason" | "magic"> {
  try {
    const { expression, reason, payloadConstants } = decompileFilter(program, {
      linkType,
      ...present({ protocol }),
    });
    return {
      ...present({ expression, reason }),
      magic: payloadConstants?.map(describePayloadConstant) ?? [],
    };
  } catch (error) {
    // The kernel accepts instructions that the decompiler doesn't know.
    if (!(error instanceof PromiscError)) throw error;
    return { reason: error.message, magic: [] };
  }
}
