import { usageError } from "../errors.js";
import { LabHost } from "./host.js";
import { Hub } from "./hub.js";
import { type NicKind, nicKindOf } from "./nic/models.js";

/** Two bytes of each host's address. */
export const MOST_HOSTS = 4096;
const MOST_HOSTS_OF_A_SMALL_NETWORK = 254;

export interface LanOptions {
  /** How many hosts; 3 unless told. */
  readonly hosts?: number;
  /** What their network cards filter: `perfect` unless told. Several are of the first hosts, the last one of all others. */
  readonly nic?: NicKind | readonly NicKind[];
  /** Whether they hang on a learning switch instead of a hub. */
  readonly switch?: boolean;
  /** Shares of frames, from 0 to 1, that are lost and that come twice. */
  readonly loss?: number;
  readonly duplicate?: number;
  /** Milliseconds that a frame takes. */
  readonly delay?: number;
  /** Which frames are lost or come twice: the same seed gives the same ones. */
  readonly seed?: number;
}

/** A LAN on one machine, which touches nothing outside its own network namespaces and dies with its process. */
export class Lan implements Disposable {
  readonly hosts: readonly LabHost[];
  readonly #hub: Hub;

  constructor(hosts: readonly LabHost[], hub: Hub) {
    this.hosts = hosts;
    this.#hub = hub;
  }

  /** A host by its name or, from 1, its number. @throws PromiscError `usage` if there is none */
  host(which: string | number): LabHost {
    const found = this.hosts.find(({ name }, index) => name === which || index + 1 === Number(which));
    if (found) return found;
    throw usageError(`find host ${which}`, `the LAN has ${this.hosts.map(({ name }) => name).join(", ")}`);
  }

  [Symbol.dispose](): void {
    this.#hub[Symbol.dispose]();
    for (const host of this.hosts) host[Symbol.dispose]();
  }
}

/**
 * Makes a LAN, which runs in this process's event loop: what waits for its hosts must not block it.
 *
 *     using lan = createLan({ hosts: 3, nic: "perfect" });
 *     lan.host(3).run(() => setPromiscuous("eth0", true));
 *
 * @throws PromiscError `privilege` without CAP_SYS_ADMIN, `platform` without /dev/net/tun, `kernel`
 *   as the kernel refuses, `usage`. Nothing is left behind then.
 */
export function createLan(options: LanOptions = {}): Lan {
  const { hosts: count = 3, nic = "perfect", loss = 0, duplicate = 0, delay = 0, seed = 1 } = options;
  if (!Number.isInteger(count) || count < 2 || count > MOST_HOSTS)
    throw usageError("make a LAN", `${count} hosts are no LAN`, `give 2 to ${MOST_HOSTS}`);
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

/** A small generator of numbers from 0 to 1, the same for each seed. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
