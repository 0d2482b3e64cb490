// Sends frames as fast as possible or at a rate: node packet-generator.js '{"interface":"v1","count":1000,"size":60}'

import { fileURLToPath } from "node:url";
import koffi from "koffi";
import { AF_PACKET } from "../../../src/wire/kernel/address-family.js";
import { SOCKADDR_LL_SIZE, writeLinkAddress } from "../../../src/wire/kernel/socket-address.js";
import { type ChildProcess, spawn } from "../process/child-process.js";

export interface Load {
  /** The index of the interface that sends. */
  index: number;
  count: number;
  /** The bytes of each frame, without its checksum. At least 24. */
  size: number;
  /** Frames per second, or 0 for as fast as possible. */
  rate: number;
}

const SOCK_RAW = 3;
const BURST = 32;
const MMSGHDR_SIZE = 64;
const IOVEC_SIZE = 16;
/** The offset of the frame's number in it, which is big-endian. */
export const NUMBER_AT = 14;

/**
 * Starts a process that sends frames to another station's address. Their type is 0x88b5, and they are numbered from 0.
 */
export function startGenerator(load: Load, wrapper: string[] = []): ChildProcess {
  const [command, ...args] = [...wrapper, process.execPath, fileURLToPath(import.meta.url)];
  return spawn(command as string, [...args, JSON.stringify(load)], {
    stdio: ["ignore", "inherit", "inherit"],
  });
}

/** Sends frames, and waits until all have been sent. */
export async function generate(load: Load, wrapper: string[] = []): Promise<void> {
  const child = startGenerator(load, wrapper);
  await new Promise<void>((resolve, reject) => {
    child.once("exit", (status) =>
      status === 0 ? resolve() : reject(new Error(`packet generator: exit status ${status}`)),
    );
  });
}

function send({ index, count, size, rate }: Load): void {
  const libc = koffi.load(null);
  const socket = libc.func("int socket(int domain, int type, int protocol)");
  const bind = libc.func("int bind(int fd, const void *address, uint32_t length)");
  const sendmmsg = libc.func("int sendmmsg(int fd, void *messages, unsigned int count, int flags)");
  const fd = socket(AF_PACKET, SOCK_RAW, 0) as number;
  const address = new Uint8Array(SOCKADDR_LL_SIZE);
  writeLinkAddress(0, index, address);
  if (bind(fd, address, address.length) !== 0) throw new Error(`bind: errno ${koffi.errno()}`);

  // koffi.alloc returns memory that doesn't move.
  const allocate = (length: number): { address: bigint; bytes: Uint8Array; view: DataView } => {
    const pointer = koffi.alloc("uint8_t", length);
    const buffer = koffi.view(pointer, length);
    return { address: koffi.address(pointer), bytes: new Uint8Array(buffer), view: new DataView(buffer) };
  };
  const frames = allocate(BURST * size);
  const vectors = allocate(BURST * IOVEC_SIZE);
  const messages = allocate(BURST * MMSGHDR_SIZE);
  for (let each = 0; each < BURST; each++) {
    frames.bytes.set([2, 0, 0, 0, 0, 0xfe, 2, 0, 0, 0, 0, 0x01, 0x88, 0xb5], each * size);
    vectors.view.setBigUint64(each * IOVEC_SIZE, frames.address + BigInt(each * size), true);
    vectors.view.setBigUint64(each * IOVEC_SIZE + 8, BigInt(size), true);
    messages.view.setBigUint64(each * MMSGHDR_SIZE + 16, vectors.address + BigInt(each * IOVEC_SIZE), true);
    messages.view.setBigUint64(each * MMSGHDR_SIZE + 24, 1n, true);
  }

  const begin = process.hrtime.bigint();
  for (let sent = 0; sent < count; ) {
    const burst = Math.min(BURST, count - sent);
    for (let each = 0; each < burst; each++) frames.view.setUint32(each * size + NUMBER_AT, sent + each);
    const done = sendmmsg(fd, messages.bytes, burst, 0) as number;
    if (done > 0) sent += done;
    else if (done < 0 && koffi.errno() !== 105 /* ENOBUFS */)
      throw new Error(`sendmmsg: errno ${koffi.errno()}`);
    if (rate > 0) {
      const due = begin + BigInt(Math.floor((sent * 1e9) / rate));
      while (process.hrtime.bigint() < due);
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) send(JSON.parse(process.argv[2] ?? "") as Load);
