import { decodeString } from "../../wire/bytes.js";

/** What a message of the kernel says about an interface: its count of promiscuity became 1, or 0. */
export interface ModeMessage {
  readonly ifname: string;
  /** Whether the interface entered promiscuous mode; otherwise it left it. */
  readonly entered: boolean;
}

/**
 * The kernel's messages (net/core/dev.c, __dev_set_promiscuity). Before Linux 6.3, the first form. Since then, the
 * second one, in which the driver and the device may come before the name, and the state of an interface that is being
 * removed after it. A name has neither blanks nor colons.
 */
const MESSAGE =
  /^(?:device ([^\s:]+) (entered|left)|(?:.* )??([^\s:]+)(?: \([^)]*\))?: (entered|left)) promiscuous mode$/;

/** Reads a message of the kernel; undefined if it isn't about promiscuous mode. */
export function readModeMessage(text: string): ModeMessage | undefined {
  const match = MESSAGE.exec(text);
  const name = match?.[1] ?? match?.[3];
  if (!match || name === undefined) return undefined;
  return { ifname: unescapeBytes(name), entered: (match[2] ?? match[4]) === "entered" };
}

/** Returns the text whose bytes the kernel escaped. */
function unescapeBytes(text: string): string {
  if (!text.includes("\\x")) return text;
  const bytes = text
    .split(/\\x([0-9a-f]{2})/)
    .flatMap((part, at) => (at % 2 === 1 ? [Number.parseInt(part, 16)] : [...Buffer.from(part, "latin1")]));
  return decodeString(Uint8Array.from(bytes), 0, bytes.length);
}
