import { closeSync, constants, openSync } from "node:fs";
import { PromiscError } from "../../errors.js";
import { IFREQ_SIZE, writeIfreq } from "../../wire/kernel/ifreq.js";
import { check, EACCES } from "../ffi/errno.js";
import * as libc from "../ffi/libc.js";
import { fileError } from "../file/file-error.js";
import { TUN_DEVICE, tunRemedy } from "./tun-remedy.js";

// linux/if_tun.h
const TUNSETIFF = 0x400454ca;
const IFF_TAP = 0x0002;
const IFF_NO_PI = 0x1000;

/**
 * A tap device: frames that the kernel sends on it are read here, and frames written here are received by the kernel.
 * The device disappears when this object is disposed of.
 */
export class Tap implements Disposable {
  readonly fd: number;

  /**
   * Creates the device in the calling thread's network namespace.
   * @throws PromiscError `platform` if /dev/net/tun can't be opened, `privilege` if this user may not open it, or without
   * CAP_NET_ADMIN
   */
  constructor(name: string) {
    this.fd = openTun();
    try {
      const request = new Uint8Array(IFREQ_SIZE);
      // Without offloads, so that frames are complete, with their checksums.
      writeIfreq({ name, flags: IFF_TAP | IFF_NO_PI }, request);
      check(libc.ioctl(this.fd, TUNSETIFF, request), `make tap device ${name}`, { needs: "CAP_NET_ADMIN" });
    } catch (error) {
      closeSync(this.fd);
      throw error;
    }
  }

  /**
   * Reads a frame.
   * @returns the frame's length in bytes, or -1 if none is waiting
   */
  read(into: Uint8Array): number {
    return libc.read(this.fd, into, into.length);
  }

  /** Writes a frame. Returns whether the device accepted it, which it doesn't while it is down. */
  write(frame: Uint8Array, length: number): boolean {
    return libc.write(this.fd, frame, length) === length;
  }

  [Symbol.dispose](): void {
    closeSync(this.fd);
  }
}

function openTun(): number {
  try {
    return openSync(TUN_DEVICE, constants.O_RDWR | constants.O_NONBLOCK);
  } catch (error) {
    const failure = fileError("make tap devices", error, `open ${TUN_DEVICE}`);
    if (!(failure instanceof PromiscError && failure.errno)) throw failure;
    const { operation, errno } = failure;
    const hint = tunRemedy(errno.number);
    if (hint === undefined) throw failure;
    throw new PromiscError({
      code: errno.number === EACCES ? "privilege" : "platform",
      operation,
      errno,
      reason: `open ${TUN_DEVICE}`,
      hint,
      cause: error,
    });
  }
}
