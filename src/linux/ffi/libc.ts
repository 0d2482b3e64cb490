import "./platform.js";
import koffi from "koffi";

/**
 * The C library of the running Node.js. This is the only file that uses FFI. Each function is the one that its man page
 * in section 2 or 3 describes; memory is passed as typed arrays, which the function reads and writes in place.
 */
const library = koffi.load(null);

/** Declares a function when it is first called, because each declaration adds to the start-up time. */
function declare<Arguments extends unknown[], Result>(
  definition: string,
  from = library,
): (...args: Arguments) => Result {
  let call: ((...args: Arguments) => Result) | undefined;
  return (...args) => {
    call ??= from.func(definition) as unknown as (...args: Arguments) => Result;
    return call(...args);
  };
}

type Memory = Uint8Array | Uint32Array | Int32Array | null;

export const socket = declare<[domain: number, type: number, protocol: number], number>(
  "int socket(int domain, int type, int protocol)",
);

export const bind = declare<[fd: number, address: Memory, length: number], number>(
  "int bind(int fd, const void *address, uint32_t length)",
);

export const sendto = declare<
  [fd: number, bytes: Memory, size: number, flags: number, address: Memory, length: number],
  number
>("intptr_t sendto(int fd, const void *bytes, size_t size, int flags, const void *address, uint32_t length)");

koffi.struct("msghdr", {
  msg_name: "const void *",
  msg_namelen: "uint32_t",
  msg_iov: "const void *",
  msg_iovlen: "size_t",
  msg_control: "const void *",
  msg_controllen: "size_t",
  msg_flags: "int",
});

/** A message with ancillary data only (cmsg(3)), without `msg_iov`. */
export interface ControlMessage {
  readonly msg_name: Memory;
  readonly msg_namelen: number;
  readonly msg_control: Memory;
  readonly msg_controllen: number;
}

export const sendmsg = declare<[fd: number, message: ControlMessage, flags: number], number>(
  "intptr_t sendmsg(int fd, const msghdr *message, int flags)",
);

/** Returns the size of a `size_t`, in bytes. */
export function sizeOfSize(): number {
  return koffi.sizeof("size_t");
}

export const memfd_create = declare<[name: string, flags: number], number>(
  "int memfd_create(const char *name, unsigned int flags)",
);

/** fcntl(2) is variadic; see {@link syscall}. */
export const fcntl = declare<[fd: number, command: number, argument: number], number>(
  "int fcntl(int fd, int command, int argument)",
);

export const recvfrom = declare<
  [fd: number, bytes: Memory, size: number, flags: number, address: Memory, length: Memory],
  number
>("intptr_t recvfrom(int fd, void *bytes, size_t size, int flags, void *address, void *length)");

export const setsockopt = declare<
  [fd: number, level: number, option: number, value: Memory, length: number],
  number
>("int setsockopt(int fd, int level, int option, const void *value, uint32_t length)");

export const getsockopt = declare<
  [fd: number, level: number, option: number, value: Memory, length: Memory],
  number
>("int getsockopt(int fd, int level, int option, void *value, void *length)");

export const ioctl = declare<[fd: number, request: number, argument: Memory], number>(
  "int ioctl(int fd, unsigned long request, void *argument)",
);

export const prctl = declare<[option: number, a: number, b: number, c: number, d: number], number>(
  "int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)",
);

/** `header` is a `struct __user_cap_header_struct`, `data` two `__user_cap_data_struct`. */
export const capset = declare<[header: Memory, data: Memory], number>(
  "int capset(void *header, const void *data)",
);

export const unshare = declare<[flags: number], number>("int unshare(int flags)");

export const read = declare<[fd: number, into: Memory, size: number], number>(
  "intptr_t read(int fd, void *into, size_t size)",
);

export const write = declare<[fd: number, bytes: Memory, size: number], number>(
  "intptr_t write(int fd, const void *bytes, size_t size)",
);

export const setns = declare<[fd: number, type: number], number>("int setns(int fd, int type)");

/**
 * syscall(2), for calls that some C libraries have no function for. It is variadic, but integers are passed in the same
 * way on all machines that koffi supports.
 */
export const syscall = declare<[number: number, a: number, b: number, c: number], number>(
  "long syscall(long number, long a, long b, long c)",
);

/** syscall(2) with a text as its first argument. */
export const syscallWithText = declare<[number: number, text: string, a: number], number>(
  "long syscall(long number, const char *text, long a)",
);

/** syscall(2) with five integers. */
export const syscallOfFive = declare<
  [number: number, a: number, b: number, c: number, d: number, e: number],
  number
>("long syscall(long number, long a, long b, long c, long d, long e)");

/** mmap(2). Returns the address, which always fits in a number. */
export const mmap = declare<
  [address: number, length: number, protection: number, flags: number, fd: number, offset: number],
  number
>("intptr_t mmap(intptr_t address, size_t length, int protection, int flags, int fd, intptr_t offset)");

export const munmap = declare<[address: number, length: number], number>(
  "int munmap(intptr_t address, size_t length)",
);

/** In bytes. */
export const getpagesize = declare<[], number>("int getpagesize(void)");

export const close = declare<[fd: number], number>("int close(int fd)");

export const strerror = declare<[errno: number], string>("const char *strerror(int errno)");

/** Returns the errno of the last call. It must be called immediately after it. */
export function errno(): number {
  return koffi.errno();
}

/** Returns a view of mapped memory, without copying it. Touching it after it was unmapped kills the process. */
export function viewMemory(address: number, length: number): ArrayBuffer {
  return koffi.view(address, length);
}

/** Returns whether the dynamic linker can load a shared library. */
export function canLoadLibrary(soname: string): boolean {
  try {
    koffi.load(soname).unload();
    return true;
  } catch {
    return false;
  }
}

/** A shared library that isn't part of Node.js. */
export interface SharedLibrary {
  /** Declares a function of the library by its C prototype. */
  declare<Arguments extends unknown[], Result>(definition: string): (...args: Arguments) => Result;
}

/** Loads the first of these shared libraries that the dynamic linker finds. It stays loaded. */
export function loadLibrary(sonames: readonly string[]): SharedLibrary | undefined {
  for (const soname of sonames) {
    try {
      const loaded = koffi.load(soname);
      return { declare: (definition) => declare(definition, loaded) };
    } catch {
      // Try the next one.
    }
  }
  return undefined;
}

/** Watches a descriptor until it is disposed of. */
export interface Watch extends Disposable {
  /** Stops the calls until {@link resume} is called. */
  pause(): void;
  resume(): void;
}

/** Calls `onReadable` from the event loop whenever `fd` is readable or has an error, until disposed of. */
export function watchReadable(fd: number, onReadable: () => void): Watch {
  let state: "watching" | "paused" | "closed" = "watching";
  const onEvent = (status: unknown): void => {
    // koffi calls this from outside Node.js's own callbacks: an exception thrown here would surface at a later,
    // unrelated call, and promises resolved here would wait for another callback.
    setImmediate(() => {
      if (state !== "watching") return;
      // libuv stops watching a descriptor that has an error, such as a netlink socket that dropped messages (ENOBUFS).
      if (status !== 0) handle.start({ readable: true }, onEvent);
      onReadable();
    });
  };
  const handle = koffi.node.poll(fd, { readable: true }, onEvent);
  return {
    pause() {
      if (state !== "watching") return;
      state = "paused";
      handle.stop();
    },
    resume() {
      if (state !== "paused") return;
      state = "watching";
      handle.start({ readable: true }, onEvent);
    },
    [Symbol.dispose]() {
      state = "closed";
      handle.close();
    },
  };
}

const poll = declare<[descriptors: Memory, count: number, timeout: number], number>(
  "int poll(void *descriptors, unsigned long count, int timeout)",
);

// bits/poll.h
const POLLIN = 1;

/**
 * Waits until `fd` is readable or has an error, or the time is over. It blocks the event loop.
 * @param timeout in milliseconds
 */
export function pollReadable(fd: number, timeout: number): void {
  // struct pollfd: fd, then events and revents of 16 bits each.
  const descriptors = new Int32Array(2);
  descriptors[0] = fd;
  new Uint16Array(descriptors.buffer)[2] = POLLIN;
  poll(descriptors, 1, timeout);
}

/** `into` is a `struct timespec`. */
export const clock_gettime = declare<[clock: number, into: Memory], number>(
  "int clock_gettime(int clock, void *into)",
);

/** `time` is a `time_t`, `into` a `struct tm` of at least 56 bytes; null if it can't hold the year. */
export const localtime_r = declare<[time: Memory, into: Memory], unknown>(
  "void *localtime_r(const void *time, void *into)",
);

export const strftime = declare<[into: Memory, size: number, format: Memory, time: Memory], number>(
  "size_t strftime(void *into, size_t size, const void *format, const void *time)",
);

/** `into` has room for IFNAMSIZ bytes; null if there is no such interface. */
export const if_indextoname = declare<[index: number, into: Memory], unknown>(
  "void *if_indextoname(unsigned int index, void *into)",
);
