import { PromiscError } from "../../errors.js";
import { AF_UNIX } from "../../wire/kernel/address-family.js";
import { describeErrno, ECONNREFUSED, EMSGSIZE, ENOBUFS, ENOENT, kernelError } from "../ffi/errno.js";
import { FileDescriptor } from "../ffi/file-descriptor.js";
import * as libc from "../ffi/libc.js";
import { MSG_DONTWAIT, MSG_NOSIGNAL, SCM_RIGHTS, SOCK_DGRAM, SOL_SOCKET } from "../ffi/socket-constants.js";
import { sealedMemory } from "./sealed-memory.js";

const PATH = "/run/systemd/journal/socket";

/** The operation as a phrase that follows "cannot" in errors. */
const OPERATION = `write to the journal at ${PATH}`;

/** A socket to systemd's journal for entries with fields (systemd.io/JOURNAL_NATIVE_PROTOCOL). */
export class JournalSocket implements Disposable {
  readonly #descriptor = FileDescriptor.socket(AF_UNIX, SOCK_DGRAM, 0, "write to the journal");
  readonly #address = unixAddress(PATH);

  /**
   * Sends one entry of any size, without waiting until the journal has read the earlier ones.
   * @param entry an entry that {@link encodeJournalEntry} returned
   * @throws PromiscError `kernel` with `ENOENT` or `ECONNREFUSED` if no journal runs, or `EAGAIN` if it is busy
   */
  send(entry: Uint8Array): void {
    const flags = MSG_DONTWAIT | MSG_NOSIGNAL;
    const { number } = this.#descriptor;
    const sent = libc.sendto(number, entry, entry.length, flags, this.#address, this.#address.length);
    if (sent < 0 && [EMSGSIZE, ENOBUFS].includes(libc.errno())) this.#sendAsFile(entry, flags);
    else checkSent(sent);
  }

  /** Sends an entry that is too large for a datagram as a sealed file. */
  #sendAsFile(entry: Uint8Array, flags: number): void {
    using file = sealedMemory("promisc-journal-entry", entry, OPERATION);
    const control = rightsTo(file.number);
    const message = {
      msg_name: this.#address,
      msg_namelen: this.#address.length,
      msg_iov: null,
      msg_iovlen: 0,
      msg_control: control,
      msg_controllen: control.length,
      msg_flags: 0,
    };
    checkSent(libc.sendmsg(this.#descriptor.number, message, flags));
  }

  [Symbol.dispose](): void {
    this.#descriptor[Symbol.dispose]();
  }
}

/** Throws the error of a call that sent nothing. */
function checkSent(result: number): void {
  if (result >= 0) return;
  const errno = libc.errno();
  if (errno !== ENOENT && errno !== ECONNREFUSED) throw kernelError({ operation: OPERATION, errno });
  throw new PromiscError({
    code: "kernel",
    operation: OPERATION,
    errno: describeErrno(errno),
    hint: "systemd's journal (systemd-journald) doesn't run here: choose another format",
  });
}

/**
 * Encodes an entry in the journal's native protocol.
 * @param fields by name; names consist of capital letters, digits and underscores
 */
export function encodeJournalEntry(fields: Readonly<Record<string, string | number>>): Uint8Array {
  return Buffer.from(
    Object.entries(fields)
      // A value that contains a line feed would have to be preceded by its length.
      .map(([name, value]) => `${name}=${String(value).replaceAll("\n", " ")}\n`)
      .join(""),
  );
}

/** Returns a `sockaddr_un` (unix(7)): the family in host byte order, and the path with a NUL. */
function unixAddress(path: string): Uint8Array {
  const family = new Uint8Array(new Uint16Array([AF_UNIX]).buffer);
  return Buffer.concat([family, Buffer.from(`${path}\0`)]);
}

/**
 * Returns a `cmsghdr` (cmsg(3)) with one descriptor, in host byte order. Its length is a `size_t`, and it is aligned as
 * one.
 */
function rightsTo(fd: number): Uint8Array {
  const word = libc.sizeOfSize();
  const length = word + 3 * Int32Array.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(Math.ceil(length / word) * word);
  if (word === 8) new BigUint64Array(bytes.buffer, 0, 1)[0] = BigInt(length);
  else new Uint32Array(bytes.buffer, 0, 1)[0] = length;
  new Int32Array(bytes.buffer, word, 3).set([SOL_SOCKET, SCM_RIGHTS, fd]);
  return bytes;
}
