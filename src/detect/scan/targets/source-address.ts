import { usageError } from "../../../errors.js";
import { covers, type Network } from "./prefix.js";
import type { AddressRange } from "./range.js";

/**
 * The interface's own IPv4 address in the network of the targets, or its first one: to an address of another network, hosts
 * would answer by way of a router.
 * @param networks the interface's own
 * @returns undefined if it has none
 * @throws PromiscError `usage` if the targets are in several networks
 */
export function ipv4Source(
  networks: readonly Network[],
  targets: readonly AddressRange[],
  operation: string,
): Network | undefined {
  const own = networks.filter(({ family }) => family === 4);
  const wanted = new Set(targets.map((target) => own.find((network) => covers(network, target))));
  wanted.delete(undefined);
  const [source = own[0]] = wanted;
  if (wanted.size < 2) return source;
  const texts = [...wanted].map((network) => network?.text);
  throw usageError(
    operation,
    `the targets are in several of its networks: ${texts.join(", ")}`,
    "scan one after the other: this host asks each from its address there",
  );
}
