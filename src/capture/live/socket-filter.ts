import type { Instruction } from "../../wire/kernel/bpf/classic.js";
import * as bpf from "../../wire/kernel/bpf/classic.js";
import { PACKET_OUTGOING } from "../../wire/kernel/socket-address.js";
import * as sll from "../../wire/packet/link/sll.js";
import * as sll2 from "../../wire/packet/link/sll2.js";

/** Index of `lo` in every network namespace. */
const LOOPBACK_INDEX = 1;

/** Which packets to capture: incoming, outgoing, or both. */
export type Direction = "in" | "out" | "inout";

const load = (what: number): Instruction => bpf.load(bpf.BPF_W, bpf.SKF_AD_OFF + what);
const { ifEqual } = bpf;
const refuse = bpf.accept(0);

/**
 * Returns the instructions that, in front of a program, let only packets of one direction through. Packets sent on the
 * loopback interface arrive on it too, and are captured only once.
 * @param index interface index; 0 for all interfaces
 */
export function onlyDirection(direction: Direction, index: number): Instruction[] {
  const type = load(bpf.SKF_AD_PKTTYPE);
  if (direction === "out") return [type, ifEqual(PACKET_OUTGOING, 1, 0), refuse];
  if (direction === "in" || index === LOOPBACK_INDEX) return [type, ifEqual(PACKET_OUTGOING, 0, 1), refuse];
  if (index !== 0) return [];
  const isLoopback = [load(bpf.SKF_AD_IFINDEX), ifEqual(LOOPBACK_INDEX, 0, 3)];
  return [...isLoopback, type, ifEqual(PACKET_OUTGOING, 0, 1), refuse];
}

/** Their sizes, and by offset in them: the offset from which the kernel loads the same field as metadata. */
const cookedHeaders = {
  sll: {
    size: sll.SLL_SIZE,
    besidePacket: {
      [sll.field.packetType]: bpf.SKF_AD_PKTTYPE,
      [sll.field.hardwareType]: bpf.SKF_AD_HATYPE,
      [sll.field.etherType]: bpf.SKF_AD_PROTOCOL,
    },
  },
  sll2: {
    size: sll2.SLL2_SIZE,
    besidePacket: {
      [sll2.field.etherType]: bpf.SKF_AD_PROTOCOL,
      [sll2.field.interfaceIndex]: bpf.SKF_AD_IFINDEX,
      [sll2.field.hardwareType]: bpf.SKF_AD_HATYPE,
      [sll2.field.packetType]: bpf.SKF_AD_PKTTYPE,
    },
  },
} as const;

/**
 * Converts a program for packets with an SLL or SLL2 header into one for a socket whose packets have none, as libpcap does.
 * Returns undefined if the program uses header fields that the kernel can't load.
 */
export function withoutCookedHeader(
  program: readonly Instruction[],
  header: keyof typeof cookedHeaders,
): Instruction[] | undefined {
  const { size, besidePacket } = cookedHeaders[header];
  const moved: Instruction[] = [];
  for (const instruction of program) {
    const { k } = instruction;
    if (!bpf.loadsFromPacket(instruction) || k >= bpf.SKF_AD_OFF) moved.push(instruction);
    else if (k >= size) moved.push({ ...instruction, k: k - size });
    else {
      const field = (besidePacket as Readonly<Record<number, number>>)[k];
      if (field === undefined || !bpf.loadsAbsolute(instruction)) return undefined;
      moved.push({ ...instruction, k: bpf.SKF_AD_OFF + field });
    }
  }
  return moved;
}
