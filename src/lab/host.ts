import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { DisposableList } from "../disposable-list.js";
import { InterfaceIoctl } from "../linux/interface/interface-ioctl.js";
import { Tap } from "../linux/interface/tap.js";
import { NetworkNamespace } from "../linux/namespace/network-namespace.js";
import { Rtnetlink } from "../linux/netlink/rtnetlink.js";
import { dieWithParent } from "../linux/process/die-with-parent.js";
import { formatHardwareAddress } from "../wire/hardware-address.js";
import { IFF_UP } from "../wire/kernel/rtnetlink/link.js";
import { InterfaceWatch } from "./interface-watch.js";
import { createNic, type NicKind } from "./nic/models.js";
import { type FrameCounts, Port } from "./port.js";

/** The name of every host's interface in its own namespace. */
const INTERFACE = "eth0";
/** The netmasks of a LAN with few hosts and of a larger one. */
const NETMASKS = { small: Uint8Array.of(255, 255, 255, 0), large: Uint8Array.of(255, 255, 0, 0) } as const;
const LOOPBACK = 1;

/**
 * A machine of the LAN: a network namespace with a network card. It exists no longer than the process that created it.
 * @hideconstructor
 */
export class LabHost implements Disposable {
  /** `host1`, `host2`, … */
  readonly name: string;
  readonly interface = INTERFACE;
  /** The IPv4 address and the hardware address. */
  readonly ip: string;
  readonly mac: string;
  /** @internal */
  readonly port: Port;
  readonly #namespace: NetworkNamespace;
  readonly #resources = new DisposableList();

  /**
   * @param number counts from 1; the host's addresses are derived from it
   * @param size the size of the network: 254 hosts, or 65,534
   */
  constructor(number: number, nic: NicKind, size: keyof typeof NETMASKS) {
    const high = number >>> 8;
    const low = number & 0xff;
    this.name = `host${number}`;
    this.ip = `10.77.${high}.${low}`;
    const mac = Uint8Array.of(0x02, 0x77, 0, 0, high, low);
    this.mac = formatHardwareAddress(mac);
    this.#namespace = this.#resources.add(NetworkNamespace.create());
    try {
      const ip = Uint8Array.of(10, 77, high, low);
      const card = this.#namespace.enter(() => makeCard(this.name, mac, ip, NETMASKS[size]));
      const tap = this.#resources.add(card);
      const watch = this.#resources.add(new InterfaceWatch(this.#namespace, INTERFACE));
      this.port = new Port(tap, watch, createNic(nic));
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** The descriptor of the host's network namespace in this process. */
  get namespaceFd(): number {
    return this.#namespace.fd;
  }

  /** How many frames reached the host's card. */
  get counts(): FrameCounts {
    return this.port.counts;
  }

  /**
   * Runs `action` on this host. Every interface and socket in it, and every process started from it, belongs to this
   * host. The function is synchronous, so that no other code ever runs there.
   */
  run<Result>(action: () => Result): Result {
    return this.#namespace.enter(action);
  }

  /** Starts a process on this host. The kernel kills it when this process ends. */
  spawn(program: string, args: readonly string[], stdio: StdioOptions): ChildProcess {
    const [command = "", ...first] = dieWithParent();
    return this.run(() => spawn(command, [...first, program, ...args], { stdio }));
  }

  [Symbol.dispose](): void {
    this.#resources[Symbol.dispose]();
  }
}

function makeCard(host: string, mac: Uint8Array, ip: Uint8Array, netmask: Uint8Array): Tap {
  const tap = new Tap(INTERFACE);
  try {
    using ioctl = new InterfaceIoctl();
    ioctl.setHardwareAddress(INTERFACE, mac, `give ${host} its hardware address`);
    ioctl.setAddress(INTERFACE, ip, netmask, `give ${host} its address`);
    using rtnetlink = new Rtnetlink();
    rtnetlink.setFlags(LOOPBACK, IFF_UP, IFF_UP, `bring ${host}'s loopback up`);
    const { index } = rtnetlink.link(INTERFACE, `bring ${host}'s card up`);
    rtnetlink.setFlags(index, IFF_UP, IFF_UP, `bring ${host}'s card up`);
    return tap;
  } catch (error) {
    tap[Symbol.dispose]();
    throw error;
  }
}
