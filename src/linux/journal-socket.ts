import { check } from "./errno.js";
import { FileDescriptor, SOCK_DGRAM } from "./file-descriptor.js";
import * as libc from "./libc.js";

// bits/socket.h
const AF_UNIX = 1;
const MSG_NOSIGNAL = 0x4000;

const PATH = "/run/systemd/journal/socket";

/** Where systemd's journal takes entries with fields (systemd.io/JOURNAL_NATIVE_PROTOCOL). */
export class JournalSocket implements Disposable {
  readonly #descriptor = FileDescriptor.socket(AF_UNIX, SOCK_DGRAM, 0, "write to the journal");
  readonly #address = unixAddress(PATH);

  /**
   * Hands one entry over.
   * @param fields by name, which is made of capital letters, digits and underscores
   * @throws PromiscError `kernel`: `ENOENT` or `ECONNREFUSED` where no journal runs, `EMSGSIZE` for an entry of over some 200 kB
   */
  send(fields: Readonly<Record<string, string | number>>): void {
    const entry = Buffer.from(
      Object.entries(fields)
        // A value that has a line feed would need the length before it.
        .map(([name, value]) => `${name}=${String(value).replaceAll("\n", " ")}\n`)
        .join(""),
    );
    check(
      libc.sendto(
        this.#descriptor.number,
        entry,
        entry.length,
        MSG_NOSIGNAL,
        this.#address,
        this.#address.length,
      ),
      `write to the journal at ${PATH}`,
    );
  }

  [Symbol.dispose](): void {
    this.#descriptor[Symbol.dispose]();
  }
}

/** unix(7): `sockaddr_un`, the family in host byte order and the path with a NUL. */
function unixAddress(path: string): Uint8Array {
  const family = new Uint8Array(new Uint16Array([AF_UNIX]).buffer);
  return Buffer.concat([family, Buffer.from(`${path}\0`)]);
}
