import { FilterCompiler } from "../../../src/linux/filter/libpcap.js";
import { decompileFilter } from "../../../src/wire/filter/decompile.js";
import * as bpf from "../../../src/wire/kernel/bpf/classic.js";
import { PacketFilter } from "../../../src/wire/kernel/bpf/run.js";
import { cutsOf, packetsOfJumps } from "./packets-of-jumps.js";
import { Chance, type ExpressionKind, randomExpression } from "./random-expression.js";

/** A kind of programs to decompile. */
export interface RecompiledKind {
  readonly name: string;
  readonly linkType: number;
  readonly optimize: boolean;
  readonly forFile: boolean;
  readonly expressions: ExpressionKind;
}

const ethernet: ExpressionKind = { ethernet: true, link: "ether", tags: true, socket: false };

/** Ethernet, cooked packets and IP alone, each as libpcap compiles it with and without its optimizer. */
export const recompiledKinds: readonly RecompiledKind[] = [true, false].flatMap((optimize) => {
  const how = optimize ? "optimized" : "not optimized";
  const cooked: ExpressionKind = { ethernet: false, link: "link", tags: false, socket: false };
  return [
    { name: `Ethernet, ${how}`, linkType: 1, optimize, forFile: true, expressions: ethernet },
    { name: `cooked in a file, ${how}`, linkType: 113, optimize, forFile: true, expressions: cooked },
    {
      name: `cooked (version 2) in a file, ${how}`,
      linkType: 276,
      optimize,
      forFile: true,
      expressions: cooked,
    },
    {
      name: `cooked in a socket, ${how}`,
      linkType: 113,
      optimize,
      forFile: false,
      expressions: { ...cooked, link: undefined, socket: true },
    },
    {
      name: `cooked (version 2) in a socket, ${how}`,
      linkType: 276,
      optimize,
      forFile: false,
      expressions: { ...cooked, link: undefined, socket: true },
    },
    { name: `IP without a link layer, ${how}`, linkType: 101, optimize, forFile: true, expressions: cooked },
  ];
});

/** What became of an expression. */
export interface Recompiled {
  readonly original: string;
  readonly expression?: string;
  readonly reason?: string;
  /**
   * `invalid` if libpcap doesn't compile the original, `none` if its program has no expression, and otherwise whether
   * the program of the new expression accepts the same packets.
   */
  readonly outcome: "invalid" | "none" | "equal" | "different";
  /** The number of packets that were compared. */
  readonly packets: number;
}

const compilers = new Map<string, FilterCompiler>();

/** Compiles an expression as libpcap does for a socket or a file. */
function compileFor(kind: RecompiledKind, expression: string, optimize: boolean): bpf.Instruction[] | string {
  const key = `${kind.linkType} ${optimize}`;
  let compiler = compilers.get(key);
  if (!compiler) {
    compiler = new FilterCompiler({ linkType: kind.linkType, optimize, netmask: 0 });
    compilers.set(key, compiler);
  }
  const program = compiler.compile(expression);
  if (typeof program === "string" || kind.forFile) return program;
  return attachedProgram(program, kind.linkType) ?? "it can't be attached";
}

/** Packets to begin with: of nothing, and of IPv4 and IPv6 behind each kind of link-layer header. */
const seeds: readonly Uint8Array[] = [
  new Uint8Array(124),
  new Uint8Array(240),
  new Uint8Array(1300).fill(0x45),
  new Uint8Array(700).fill(0x60),
];

/** Makes a random expression, compiles and decompiles it, and compares the two programs on packets. */
export function recompile(kind: RecompiledKind, seed: number, expression?: string): Recompiled {
  const original = expression ?? randomExpression(new Chance(seed), kind.expressions, 1 + (seed % 3));
  const program = compileFor(kind, original, kind.optimize);
  if (typeof program === "string") return { original, outcome: "invalid", packets: 0 };
  return compareWithRecompiled(kind, original, program);
}

/** Decompiles a program, compiles the expression, and compares the two programs on packets. */
export function compareWithRecompiled(
  kind: RecompiledKind,
  original: string,
  program: readonly bpf.Instruction[],
): Recompiled {
  const found = decompileFilter(program, { linkType: kind.linkType, forFile: kind.forFile });
  if (found.expression === undefined) {
    const reason = found.reason ?? "";
    const isRight = reason === "it rejects every packet" && acceptsNothing(program);
    return { original, reason, outcome: isRight ? "equal" : "none", packets: 0 };
  }
  // Both ways to compile treat packets in the same way, except those that end within a header.
  const exact = found.optimized ?? false;
  const again = [exact, !exact].map((optimize) => compileFor(kind, found.expression as string, optimize));
  const wrong = again.find((each) => typeof each === "string" || each.length > bpf.BPF_MAXINSNS);
  if (wrong !== undefined) {
    const reason = typeof wrong === "string" ? wrong : `${wrong.length} instructions`;
    return { original, expression: found.expression, reason, outcome: "different", packets: 0 };
  }
  const programs = [program, ...(again as bpf.Instruction[][])].map(withMetadataInFront);
  const filters = programs.map((each) => new PacketFilter(each));
  let compared = 0;
  for (const packet of packetsOfJumps(programs, seeds).packets)
    for (const cut of cutsOf(packet, programs, METADATA_SIZE + 1)) {
      compared++;
      const length = cut.length - METADATA_SIZE;
      const [first, same, other] = filters.map((filter) => filter.run(cut, 0, cut.length, length) > 0);
      if (first !== same || (first !== other && cut.length === packet.length && packet.length > LONG))
        return { original, expression: found.expression, outcome: "different", packets: compared };
    }
  return { original, expression: found.expression, outcome: "equal", packets: compared };
}

/** No header of the packets to begin with ends behind this, unless an index leads there. */
const LONG = 1000;

/** Reports whether none of the packets that take a program's jumps is accepted. */
function acceptsNothing(program: readonly bpf.Instruction[]): boolean {
  const placed = withMetadataInFront(program);
  const filter = new PacketFilter(placed);
  return packetsOfJumps([placed], seeds).packets.every(
    (packet) => filter.run(packet, 0, packet.length, packet.length - METADATA_SIZE) === 0,
  );
}

/** The kernel's metadata are put in front of the packet here, where the interpreter can load them. */
const METADATA_SIZE = 64;

/** Returns the program for a packet that follows its metadata. */
function withMetadataInFront(program: readonly bpf.Instruction[]): bpf.Instruction[] {
  return program.map((instruction) => {
    if (!bpf.loadsFromPacket(instruction)) return instruction;
    const { k } = instruction;
    if (bpf.loadsAbsolute(instruction) && k >= bpf.SKF_AD_OFF) return bpf.load(bpf.BPF_H, k - bpf.SKF_AD_OFF);
    return { ...instruction, k: (k + METADATA_SIZE) >>> 0 };
  });
}

const LINKTYPE_LINUX_SLL = 113;

/**
 * Returns the program that libpcap attaches to a socket for cooked packets, which begin with the network layer's header
 * there (fix_program of libpcap's pcap-linux.c). Undefined for a program that loads what the kernel doesn't have.
 */
function attachedProgram(
  program: readonly bpf.Instruction[],
  linkType: number,
): bpf.Instruction[] | undefined {
  const isFirst = linkType === LINKTYPE_LINUX_SLL;
  const size = isFirst ? 16 : 20;
  const metadata: Readonly<Record<number, number>> = isFirst
    ? { 0: bpf.SKF_AD_PKTTYPE, 14: bpf.SKF_AD_PROTOCOL }
    : { 0: bpf.SKF_AD_PROTOCOL, 4: bpf.SKF_AD_IFINDEX, 8: bpf.SKF_AD_HATYPE, 10: bpf.SKF_AD_PKTTYPE };
  const attached: bpf.Instruction[] = [];
  for (const instruction of program) {
    const { k } = instruction;
    if (!bpf.loadsFromPacket(instruction) || k >= bpf.SKF_AD_OFF) attached.push(instruction);
    else if (k >= size) attached.push({ ...instruction, k: k - size });
    else if (metadata[k] === undefined) return undefined;
    else attached.push({ ...instruction, k: bpf.SKF_AD_OFF + (metadata[k] as number) });
  }
  return attached;
}
