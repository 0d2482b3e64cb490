import { application } from "./application.js";
import { internet } from "./internet.js";
import { internet6 } from "./internet6.js";
import { link } from "./link.js";
import type { GoldenPacket } from "./packet.js";

export const goldenPackets: readonly GoldenPacket[] = [...link, ...internet, ...internet6, ...application];

/** Returns the golden packet with this name. */
export function goldenPacket(name: string): GoldenPacket {
  const found = goldenPackets.find((each) => each.name === name);
  if (!found) throw new Error(`no golden packet: ${name}`);
  return found;
}
