import { PromiscError } from "../../errors.js";
import { encodeString, readU32, readU64 } from "../../wire/bytes.js";
import { MAXIMUM_SNAPLEN } from "../../wire/file/linktype.js";
import { type Instruction, readInstructions, SOCK_FILTER_SIZE } from "../../wire/kernel/bpf/classic.js";
import { describeErrno } from "../ffi/errno.js";
import { errno, loadLibrary, viewMemory } from "../ffi/libc.js";

/** Debian's and everyone else's name of the library that compiles filter expressions (pcap(3PCAP)). */
export const LIBPCAP_SONAMES = ["libpcap.so.0.8", "libpcap.so.1"] as const;

/** How to install it. */
export const LIBPCAP_PACKAGES =
  "sudo apt install libpcap0.8 (Fedora: dnf install libpcap; Arch: pacman -S libpcap; Alpine: apk add libpcap)";

/** pcap/pcap.h: `PCAP_NETMASK_UNKNOWN`; "ip broadcast" can't be compiled with it. */
const NETMASK_UNKNOWN = 0xffff_ffff;
/** pcap/pcap.h: room for an error's text. */
const PCAP_ERRBUF_SIZE = 256;
/** `struct bpf_program`, where pointers have 8 bytes, as they do wherever there is a Node.js. */
const BPF_PROGRAM_SIZE = 16;
const programField = { length: 0, instructions: 8 } as const;

/** linux/types of the link whose LINKTYPE_ in files isn't libpcap's own number for it: pcap/dlt.h. */
const dataLinkTypes: Readonly<Record<number, number>> = { 100: 11, 101: 12, 102: 15, 103: 16 };

function load() {
  const library = loadLibrary(LIBPCAP_SONAMES);
  if (!library)
    throw new PromiscError({
      code: "platform",
      operation: "compile a filter expression",
      reason: `libpcap is missing: neither ${LIBPCAP_SONAMES.join(" nor ")} is found`,
      hint: `install it: ${LIBPCAP_PACKAGES}`,
    });
  return {
    openDead: library.declare<[linkType: number, snapLength: number], number>(
      "intptr_t pcap_open_dead(int linktype, int snaplen)",
    ),
    create: library.declare<[source: Uint8Array, error: Uint8Array], number>(
      "intptr_t pcap_create(const void *source, void *errbuf)",
    ),
    setBufferSize: library.declare<[pcap: number, size: number], number>(
      "int pcap_set_buffer_size(intptr_t p, int size)",
    ),
    activate: library.declare<[pcap: number], number>("int pcap_activate(intptr_t p)"),
    compile: library.declare<
      [pcap: number, program: Uint8Array, expression: Uint8Array, optimize: number, netmask: number],
      number
    >("int pcap_compile(intptr_t p, void *fp, const void *str, int optimize, uint32_t netmask)"),
    freeCode: library.declare<[program: Uint8Array], void>("void pcap_freecode(void *fp)"),
    error: library.declare<[pcap: number], string>("const char *pcap_geterr(intptr_t p)"),
    close: library.declare<[pcap: number], void>("void pcap_close(intptr_t p)"),
  };
}

let loaded: ReturnType<typeof load> | undefined;

export interface FilterOptions {
  /** LINKTYPE_ value of the packets to be filtered; 1 is Ethernet. */
  readonly linkType: number;
  /** What accepted packets are cut to, in bytes; 262144 unless told, as tcpdump has it. */
  readonly snapLength?: number;
  readonly optimize?: boolean;
  /** IPv4 netmask in network byte order as a number in host byte order, for `ip broadcast`. */
  readonly netmask?: number;
  /**
   * The interface whose packets are filtered as the kernel has them, with the VLAN tag beside the frame. Without it, the
   * tag is in the frame, as it is in files.
   */
  readonly liveInterface?: string | undefined;
}

/** libpcap on one kind of link. */
export class FilterCompiler implements Disposable {
  readonly #pcap: number;
  readonly #options: FilterOptions;

  /** @throws PromiscError `platform` without libpcap, naming its package */
  constructor(options: FilterOptions) {
    loaded ??= load();
    this.#options = options;
    const { linkType, snapLength = MAXIMUM_SNAPLEN, liveInterface } = options;
    this.#pcap =
      liveInterface === undefined
        ? loaded.openDead(dataLinkTypes[linkType] ?? linkType, snapLength)
        : openLive(loaded, liveInterface);
    if (this.#pcap === 0)
      throw new PromiscError({
        code: "kernel",
        operation: "compile a filter expression",
        errno: describeErrno(errno()),
      });
  }

  /** @returns the program, or libpcap's words on why there is none */
  compile(expression: string): Instruction[] | string {
    const pcap = loaded as ReturnType<typeof load>;
    const program = new Uint8Array(BPF_PROGRAM_SIZE);
    const { optimize = true, netmask = NETMASK_UNKNOWN } = this.#options;
    const status = pcap.compile(this.#pcap, program, cString(expression), optimize ? 1 : 0, netmask);
    if (status !== 0) return pcap.error(this.#pcap);
    try {
      const count = readU32(program, programField.length);
      const address = Number(readU64(program, programField.instructions));
      return readInstructions(new Uint8Array(viewMemory(address, count * SOCK_FILTER_SIZE)));
    } finally {
      pcap.freeCode(program);
    }
  }

  [Symbol.dispose](): void {
    loaded?.close(this.#pcap);
  }
}

function cString(text: string): Uint8Array {
  return Uint8Array.of(...encodeString(text), 0);
}

/** Only a handle on an interface makes libpcap look for VLAN tags beside the frame. It isn't promiscuous. */
function openLive(pcap: ReturnType<typeof load>, name: string): number {
  const handle = pcap.create(cString(name), new Uint8Array(PCAP_ERRBUF_SIZE));
  if (handle === 0) return 0;
  pcap.setBufferSize(handle, 1 << 16);
  // Positive values are warnings.
  const status = pcap.activate(handle);
  if (status >= 0) return handle;
  const reason = pcap.error(handle);
  pcap.close(handle);
  throw new PromiscError({ code: "kernel", operation: `compile a filter expression for ${name}`, reason });
}
