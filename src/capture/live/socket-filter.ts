import type { Instruction } from "../../wire/kernel/bpf/classic.js";
import * as bpf from "../../wire/kernel/bpf/classic.js";
import { PACKET_OUTGOING } from "../../wire/kernel/socket-address.js";
import * as sll2 from "../../wire/packet/link/sll2.js";

/** Of `lo`, in every network namespace. */
const LOOPBACK_INDEX = 1;

/** Which packets are wanted: those that came to the interface, those that left by it, or both. */
export type Direction = "in" | "out" | "inout";

const load = (what: number): Instruction => bpf.load(bpf.BPF_W, bpf.SKF_AD_OFF + what);
const { ifEqual } = bpf;
const refuse = bpf.accept(0);

/**
 * What goes before a program so that it sees packets of one direction only. What leaves by the loopback interface comes
 * in by it too, and is not wanted twice.
 * @param index of the interface; 0 is all
 */
export function onlyDirection(direction: Direction, index: number): Instruction[] {
  const type = load(bpf.SKF_AD_PKTTYPE);
  if (direction === "out") return [type, ifEqual(PACKET_OUTGOING, 1, 0), refuse];
  if (direction === "in" || index === LOOPBACK_INDEX) return [type, ifEqual(PACKET_OUTGOING, 0, 1), refuse];
  if (index !== 0) return [];
  const isLoopback = [load(bpf.SKF_AD_IFINDEX), ifEqual(LOOPBACK_INDEX, 0, 3)];
  return [...isLoopback, type, ifEqual(PACKET_OUTGOING, 0, 1), refuse];
}

/** What the kernel has, beside the packet, of the fields of an SLL2 header. */
const besidePacket: Readonly<Record<number, number>> = {
  [sll2.field.etherType]: bpf.SKF_AD_PROTOCOL,
  [sll2.field.interfaceIndex]: bpf.SKF_AD_IFINDEX,
  [sll2.field.hardwareType]: bpf.SKF_AD_HATYPE,
  [sll2.field.packetType]: bpf.SKF_AD_PKTTYPE,
};

/**
 * Makes a program for packets with an SLL2 header into one for a socket that has them without, as libpcap does for its
 * own. Undefined if the program asks more of the header than the kernel tells.
 */
export function withoutSll2(program: readonly Instruction[]): Instruction[] | undefined {
  const moved: Instruction[] = [];
  for (const instruction of program) {
    const { k } = instruction;
    if (!bpf.loadsFromPacket(instruction) || k >= bpf.SKF_AD_OFF) moved.push(instruction);
    else if (k >= sll2.SLL2_SIZE) moved.push({ ...instruction, k: k - sll2.SLL2_SIZE });
    else {
      const field = besidePacket[k];
      if (field === undefined || !bpf.loadsAbsolute(instruction)) return undefined;
      moved.push({ ...instruction, k: bpf.SKF_AD_OFF + field });
    }
  }
  return moved;
}
