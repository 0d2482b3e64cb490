import { present } from "../../present.js";
import type { Instruction } from "../../wire/kernel/bpf/classic.js";
import { disassemble } from "../../wire/kernel/bpf/disassemble.js";
import type { ClassicFilter } from "./listener.js";

/** Describes classic BPF programs. Programs that are alike, as those of a fanout group are, are described once. */
export class FilterDescriber {
  readonly #described = new Map<string, ClassicFilter>();

  /** @param linkType the LINKTYPE_ value of the frames; undefined if it isn't known */
  describe(program: readonly Instruction[], linkType: number | undefined): ClassicFilter {
    const key = `${linkType} ${program.map(({ code, jt, jf, k }) => `${code},${jt},${jf},${k}`).join(" ")}`;
    const known = this.#described.get(key);
    if (known) return known;
    const described: ClassicFilter = {
      kind: "classic",
      ...present({ linkType }),
      program,
      instructions: disassemble(program),
      reason: "programs aren't decompiled yet",
      magic: [],
    };
    this.#described.set(key, described);
    return described;
  }
}
