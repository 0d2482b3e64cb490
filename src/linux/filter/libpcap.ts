import { PromiscError } from "../../errors.js";
import { encodeString, readU32, readU64 } from "../../wire/bytes.js";
import { MAXIMUM_SNAPLEN } from "../../wire/file/linktype.js";
import { type Instruction, readInstructions, SOCK_FILTER_SIZE } from "../../wire/kernel/bpf/classic.js";
import { describeErrno } from "../ffi/errno.js";
import { errno, loadLibrary, viewMemory } from "../ffi/libc.js";

/** The names of the library that compiles filter expressions (pcap(3PCAP)): Debian's, and everyone else's. */
export const LIBPCAP_SONAMES = ["libpcap.so.0.8", "libpcap.so.1"] as const;

/** How to install the library. */
export const LIBPCAP_PACKAGES =
  "sudo apt install libpcap0.8 (Fedora: dnf install libpcap; Arch: pacman -S libpcap; Alpine: apk add libpcap)";

/** pcap/pcap.h: `PCAP_NETMASK_UNKNOWN`. "ip broadcast" can't be compiled with it. */
const NETMASK_UNKNOWN = 0xffff_ffff;
/** pcap/pcap.h: the size of the buffer for an error message. */
const PCAP_ERRBUF_SIZE = 256;
/** `struct bpf_program` with pointers of 8 bytes, as on all systems that Node.js runs on. */
const BPF_PROGRAM_SIZE = 16;
const programField = { length: 0, instructions: 8 } as const;

/** Link types whose LINKTYPE_ value in files differs from libpcap's own number (pcap/dlt.h). */
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

/** How a filter expression is compiled. */
export interface FilterOptions {
  /** The LINKTYPE_ value of the packets; 1 is Ethernet. */
  readonly linkType: number;
  /** The length to which accepted packets are cut, in bytes. Defaults to 262144, as in tcpdump. */
  readonly snapLength?: number;
  /** Whether libpcap optimizes the program. Defaults to true. */
  readonly optimize?: boolean;
  /** The IPv4 netmask, for `ip broadcast`: the four bytes in network order, read as a number in host byte order. */
  readonly netmask?: number;
  /**
   * The interface whose packets are filtered inside the kernel, where the VLAN tag is kept beside the frame. Without
   * it, the tag is expected in the frame, as in files.
   */
  readonly liveInterface?: string | undefined;
}

/** Compiles filter expressions with libpcap for one kind of link. */
export class FilterCompiler implements Disposable {
  readonly #pcap: number;
  readonly #options: FilterOptions;

  /** @throws PromiscError `platform` without libpcap, with a hint that names its package */
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

  /**
   * Compiles an expression.
   * @returns the program, or libpcap's error message
   */
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

/**
 * Opens a handle on an interface, without promiscuous mode. Only such a handle makes libpcap look for VLAN tags beside
 * the frame.
 */
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
