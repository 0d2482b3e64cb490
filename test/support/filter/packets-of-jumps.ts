import type { Instruction } from "../../../src/wire/kernel/bpf/classic.js";
import * as bpf from "../../../src/wire/kernel/bpf/classic.js";
import { calculate } from "../../../src/wire/kernel/bpf/run.js";

/** A register's value, and how the packet's bytes have to be changed for it to become another. */
interface Traced {
  readonly value: number;
  /** Changes the packet so that the register would be `wanted`. Returns false if that can't be done. */
  readonly change?: (packet: Uint8Array, wanted: number) => boolean;
}

/** One run of a program over a packet. */
interface Run {
  readonly accepted: boolean;
  /** The jumps, each with the packet that takes its other edge, if one was found. */
  readonly edges: { readonly edge: string; readonly flip: () => Uint8Array[] }[];
  /** The ends of what was loaded. */
  readonly ends: ReadonlySet<number>;
}

const constant = (value: number): Traced => ({ value: value >>> 0 });

/**
 * Runs a program as PacketFilter does, and follows where the values come from.
 * @param length what the program gets as the packet's length
 */
function trace(program: readonly Instruction[], packet: Uint8Array): Run {
  const edges: Run["edges"] = [];
  const ends = new Set<number>();
  let a = constant(0);
  let x = constant(0);
  const memory: Traced[] = Array.from({ length: bpf.BPF_MEMWORDS }, () => constant(0));
  const end = (accepted: boolean): Run => ({ accepted, edges, ends });
  const read = (at: number, size: number): Traced | undefined => {
    if (at + size < 70_000) ends.add(at + size);
    if (at + size > packet.length) return undefined;
    let value = 0;
    for (let byte = 0; byte < size; byte++) value = value * 256 + (packet[at + byte] as number);
    return {
      value,
      change: (into, wanted) => {
        if (wanted > 256 ** size - 1 || wanted < 0) return false;
        for (let byte = 0; byte < size; byte++) into[at + byte] = (wanted >>> (8 * (size - 1 - byte))) & 0xff;
        return true;
      },
    };
  };
  for (let pc = 0, steps = 0; steps < 20_000; pc++, steps++) {
    const { code, jt, jf, k } = program[pc] as Instruction;
    const size = (code & 0x18) === bpf.BPF_W ? 4 : (code & 0x18) === bpf.BPF_H ? 2 : 1;
    switch (code & 7) {
      case bpf.BPF_RET:
        return end((code & bpf.BPF_A ? a.value : k) !== 0);
      case bpf.BPF_LD: {
        const mode = code & 0xe0;
        const loaded =
          mode === bpf.BPF_ABS || mode === bpf.BPF_IND
            ? read(mode === bpf.BPF_ABS ? k : (x.value + k) >>> 0, size)
            : mode === bpf.BPF_MEM
              ? memory[k]
              : constant(mode === bpf.BPF_LEN ? packet.length : k);
        if (!loaded) return end(false);
        a = loaded;
        break;
      }
      case bpf.BPF_LDX: {
        const mode = code & 0xe0;
        if (mode === bpf.BPF_MSH) {
          const byte = read(k, 1);
          if (!byte) return end(false);
          x = {
            value: (byte.value & 0xf) << 2,
            change: (into, wanted) =>
              wanted % 4 === 0 &&
              wanted <= 60 &&
              (byte.change?.(into, (byte.value & 0xf0) | (wanted / 4)) ?? false),
          };
        } else
          x =
            mode === bpf.BPF_MEM ? (memory[k] as Traced) : constant(mode === bpf.BPF_LEN ? packet.length : k);
        break;
      }
      case bpf.BPF_ST:
        memory[k] = a;
        break;
      case bpf.BPF_STX:
        memory[k] = x;
        break;
      case bpf.BPF_MISC:
        if (code & bpf.BPF_TXA) a = x;
        else x = a;
        break;
      case bpf.BPF_ALU: {
        const operation = code & 0xf0;
        const operand = code & bpf.BPF_X ? x : constant(k);
        if (operand.value === 0 && (operation === bpf.BPF_DIV || operation === bpf.BPF_MOD))
          return end(false);
        a = operation === bpf.BPF_NEG ? constant(-a.value) : combine(operation, a, operand);
        break;
      }
      default: {
        if (code === (bpf.BPF_JMP | bpf.BPF_JA)) {
          pc += k | 0;
          break;
        }
        const operand = code & bpf.BPF_X ? x : constant(k);
        const [holds, others] = compare(code & 0xf0, a.value, operand.value);
        const before = a;
        edges.push({
          edge: `${pc}${holds ? "t" : "f"}`,
          flip: () =>
            others.flatMap((wanted) => {
              const changed = packet.slice();
              if (before.change?.(changed, wanted >>> 0)) return [changed];
              const swapped = packet.slice();
              return operand.change?.(swapped, before.value) ? [swapped] : [];
            }),
        });
        pc += holds ? jt : jf;
      }
    }
  }
  return end(false);
}

/** Returns the result of a comparison, and values of A for which it is different or at the boundary. */
function compare(operation: number, a: number, b: number): [holds: boolean, others: number[]] {
  switch (operation) {
    case bpf.BPF_JEQ:
      return a === b ? [true, [b ^ 1, b ^ 0x80]] : [false, [b]];
    case bpf.BPF_JGT:
      return a > b ? [true, [b]] : [false, [b + 1]];
    case bpf.BPF_JGE:
      return a >= b ? [true, b > 0 ? [b - 1] : []] : [false, [b]];
    default:
      return (a & b) !== 0 ? [true, [a & ~b]] : [false, [a | (b & -b), a | b]];
  }
}

function combine(operation: number, a: Traced, b: Traced): Traced {
  const value = calculate(operation, a.value | 0, b.value | 0) >>> 0;
  const by = b.value;
  const change = (packet: Uint8Array, wanted: number): boolean => {
    const of = (input: number) =>
      a.change?.(packet, input >>> 0) ?? b.change?.(packet, wanted >>> 0) ?? false;
    switch (operation) {
      case bpf.BPF_ADD:
        return of(wanted - by);
      case bpf.BPF_SUB:
        return of(wanted + by);
      case bpf.BPF_XOR:
        return of(wanted ^ by);
      case bpf.BPF_AND:
        return (wanted & ~by) === 0 && of((a.value & ~by) | wanted);
      case bpf.BPF_OR:
        return (by & ~wanted) === 0 && of((a.value & by) | (wanted & ~by));
      case bpf.BPF_LSH:
        return of(wanted >>> by);
      case bpf.BPF_RSH:
        return of(wanted << by);
      case bpf.BPF_DIV:
        return of(wanted * by);
      case bpf.BPF_MUL:
        return by !== 0 && of(Math.floor(wanted / by));
      default:
        return of(wanted);
    }
  };
  return { value, change };
}

/** Packets that take both edges of the jumps of programs, as far as they are found, and where their loads end. */
export interface JumpPackets {
  readonly packets: readonly Uint8Array[];
  readonly edges: number;
}

/**
 * Makes packets that take the true and the false edge of each jump of some programs, along many ways.
 * @param seeds packets to begin with
 */
export function packetsOfJumps(
  programs: readonly (readonly Instruction[])[],
  seeds: readonly Uint8Array[],
  most = 160,
): JumpPackets {
  const packets: Uint8Array[] = [];
  const covered = new Set<string>();
  const waiting = [...seeds];
  for (let tries = 0; waiting.length > 0 && packets.length < most && tries < 8 * most; tries++) {
    const packet = waiting.shift() as Uint8Array;
    let isNew = false;
    const flips: (() => Uint8Array[])[] = [];
    programs.forEach((program, index) => {
      let before = "";
      for (const { edge, flip } of trace(program, packet).edges) {
        const key = `${index} ${before} ${edge}`;
        const other = `${index} ${before} ${edge.slice(0, -1)}${edge.endsWith("t") ? "f" : "t"}`;
        if (!covered.has(key)) isNew = true;
        covered.add(key);
        if (!covered.has(other)) flips.push(flip);
        before = edge;
      }
    });
    if (isNew) packets.push(packet);
    for (const flip of flips) waiting.push(...flip());
  }
  return { packets, edges: covered.size };
}

/**
 * Returns a packet in full, and cut to the lengths around the ends of everything that programs load from it.
 * @param least the least number of bytes to leave
 */
export function cutsOf(
  packet: Uint8Array,
  programs: readonly (readonly Instruction[])[],
  least: number,
): Uint8Array[] {
  const lengths = new Set<number>([packet.length]);
  for (const program of programs)
    for (const end of trace(program, packet).ends)
      for (const length of [end - 1, end]) if (length >= least && length < packet.length) lengths.add(length);
  return [...lengths].map((length) => packet.subarray(0, length));
}
