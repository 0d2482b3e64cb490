import { checkOptions, type OptionKinds } from "../check-options.js";
import { usageError } from "../errors.js";
import { LabHost } from "./host.js";
import { Hub } from "./hub.js";
import { type NicKind, nicKindOf } from "./nic/models.js";

/** The largest number of hosts that a LAN can have. */
export const MOST_LAN_HOSTS = 4096;
const MOST_HOSTS_OF_A_SMALL_NETWORK = 254;
/** An error names at most this many hosts one by one. */
const MOST_NAMES = 8;

export interface LanOptions {
  /** The number of hosts. Defaults to 3. */
  readonly hosts?: number;
  /**
   * How the hosts' network cards filter. Defaults to `perfect`. With several models, the first hosts have one each, and
   * all other hosts have the last one.
   */
  readonly nic?: NicKind | readonly NicKind[];
  /** Whether to connect the hosts by a learning switch instead of a hub. */
  readonly switch?: boolean;
  /** The shares of frames, from 0 to 1, that are lost and that are duplicated. */
  readonly loss?: number;
  readonly duplicate?: number;
  /** The delay of each frame in milliseconds. */
  readonly delay?: number;
  /** Decides which frames are lost or duplicated. The same seed gives the same frames. */
  readonly seed?: number;
}

const lanOptions: OptionKinds<LanOptions> = {
  hosts: "number?",
  nic: "any?",
  switch: "boolean?",
  loss: "number?",
  duplicate: "number?",
  delay: "number?",
  seed: "number?",
};

/**
 * A LAN on one machine, which {@link createLan} creates. It touches nothing outside its own network namespaces and ends
 * with its process.
 * @hideconstructor
 */
export class Lan implements Disposable {
  readonly hosts: readonly LabHost[];
  readonly #hub: Hub;

  constructor(hosts: readonly LabHost[], hub: Hub) {
    this.hosts = hosts;
    this.#hub = hub;
  }

  /**
   * Returns a host by its name or by its number, counted from 1.
   * @throws PromiscError `usage` if there is no such host
   */
  host(which: string | number): LabHost {
    const found = this.hosts.find(({ name }, index) => name === which || index + 1 === Number(which));
    if (found) return found;
    const names = this.hosts.map(({ name }) => name);
    throw usageError(
      `find host ${which}`,
      `the LAN has ${names.length > MOST_NAMES ? `${names[0]} to ${names.at(-1)}` : names.join(", ")}`,
      "name one of them, or make a larger LAN: --hosts COUNT of promisc lab, hosts of createLan",
    );
  }

  [Symbol.dispose](): void {
    this.#hub[Symbol.dispose]();
    for (const host of this.hosts) host[Symbol.dispose]();
  }
}

/**
 * Creates a LAN. It runs in this process's event loop, so code that waits for its hosts must not block the loop.
 *
 *     using lan = createLan({ hosts: 3, nic: "perfect" });
 *     lan.host(3).run(() => setPromiscuous("eth0", true));
 *
 * @throws PromiscError `privilege` without CAP_SYS_ADMIN, `platform` without /dev/net/tun, `usage` for invalid options,
 *   `kernel` if the kernel refuses. In each case, nothing is left behind.
 */
export function createLan(options: LanOptions = {}): Lan {
  checkOptions("createLan", options, lanOptions);
  const { hosts: count = 3, nic = "perfect", loss = 0, duplicate = 0, delay = 0, seed = 1 } = options;
  if (!Number.isInteger(count) || count < 2 || count > MOST_LAN_HOSTS)
    throw usageError("make a LAN", `a LAN can't have ${count} hosts`, `give 2 to ${MOST_LAN_HOSTS}`);
  const nics = typeof nic === "string" ? [nic] : nic;
  for (const each of nics) nicKindOf(each);
  const size = count <= MOST_HOSTS_OF_A_SMALL_NETWORK ? "small" : "large";
  const hosts: LabHost[] = [];
  try {
    for (let number = 1; number <= count; number++)
      hosts.push(new LabHost(number, nics[number - 1] ?? nics.at(-1) ?? "perfect", size));
    const hub = new Hub(
      hosts.map(({ port }) => port),
      { isSwitch: options.switch ?? false, loss, duplicate, delay, random: mulberry32(seed) },
    );
    return new Lan(hosts, hub);
  } catch (error) {
    for (const host of hosts) host[Symbol.dispose]();
    throw error;
  }
}

/** A small generator of pseudo-random numbers from 0 to 1. The same seed gives the same numbers. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
