import { closeSync, readSync } from "node:fs";
import { DisposableList } from "../disposable-list.js";
import { groupsIn, openGroups } from "../linux/interface/group-list.js";
import { openInSysfs } from "../linux/interface/sysfs.js";
import type { NetworkNamespace } from "../linux/namespace/network-namespace.js";
import { Rtnetlink } from "../linux/netlink/rtnetlink.js";
import { macNumberAt } from "../wire/hardware-address.js";
import { IFF_ALLMULTI, IFF_PROMISC, IFF_UP } from "../wire/kernel/rtnetlink/link.js";
import { NTF_SELF } from "../wire/kernel/rtnetlink/neighbour.js";
import { type CardState, isGroupNumber } from "./nic/nic.js";

/** Enough for some 1,300 groups. */
const MOST_TEXT = 1 << 16;

/**
 * The state of an interface in the kernel, as the interface's driver sees it. No event reports every change of it
 * (groups and secondary addresses have none), so it is read again in each turn of the hub: flags and address always,
 * the rest only when needed.
 */
export class InterfaceWatch implements CardState, Disposable {
  readonly #name: string;
  readonly #namespace: NetworkNamespace;
  /** The effective flags. sysfs shows those that the device has; rtnetlink shows those that the administrator set. */
  readonly #flags: KernelText<number>;
  readonly #address: KernelText<number>;
  readonly #groups: KernelText<readonly number[]>;
  readonly #resources = new DisposableList();
  #rtnetlink: Rtnetlink | undefined;
  #hasGroups = false;
  #secondary: readonly number[] | undefined;
  #promiscuity: number | undefined;

  constructor(namespace: NetworkNamespace, name: string) {
    this.#namespace = namespace;
    this.#name = name;
    try {
      this.#flags = this.#watch("flags", (text) => Number.parseInt(text, 16) || 0);
      this.#address = this.#watch("address", (text) => Number.parseInt(text.replaceAll(":", ""), 16));
      this.#groups = this.#resources.add(
        new KernelText(namespace.enter(openGroups), (text) => groupsIn(text, name)),
      );
      this.refresh();
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** Opens a file of the interface in sysfs. */
  #watch(file: string, parse: (text: string) => number): KernelText<number> {
    const fd = this.#namespace.enter(() => openInSysfs(`class/net/${this.#name}/${file}`));
    return this.#resources.add(new KernelText(fd, parse));
  }

  /** Reads the current state. */
  refresh(): void {
    this.#flags.refresh();
    this.#address.refresh();
    this.#hasGroups = false;
    this.#secondary = undefined;
    this.#promiscuity = undefined;
  }

  get isUp(): boolean {
    return (this.#flags.value & IFF_UP) !== 0;
  }

  get isPromiscuous(): boolean {
    return (this.#flags.value & IFF_PROMISC) !== 0;
  }

  get isAllMulticast(): boolean {
    return (this.#flags.value & IFF_ALLMULTI) !== 0;
  }

  get address(): number {
    return this.#address.value;
  }

  get groups(): readonly number[] {
    if (!this.#hasGroups) this.#groups.refresh();
    this.#hasGroups = true;
    return this.#groups.value;
  }

  get secondary(): readonly number[] {
    this.#secondary ??= this.#secondaryAddresses();
    return this.#secondary;
  }

  get promiscuity(): number {
    this.#promiscuity ??= this.#kernel().link(this.#name, `watch ${this.#name}`).promiscuity ?? 0;
    return this.#promiscuity;
  }

  #secondaryAddresses(): number[] {
    const { index } = this.#kernel().link(this.#name, `watch ${this.#name}`);
    return this.#kernel()
      .forwardingEntries()
      .filter((entry) => entry.index === index && (entry.flags & NTF_SELF) !== 0)
      .map(({ linkAddress = new Uint8Array(6) }) => macNumberAt(linkAddress, 0))
      .filter((address) => !isGroupNumber(address));
  }

  #kernel(): Rtnetlink {
    this.#rtnetlink ??= this.#resources.add(this.#namespace.enter(() => new Rtnetlink()));
    return this.#rtnetlink;
  }

  [Symbol.dispose](): void {
    this.#resources[Symbol.dispose]();
  }
}

/** A file whose contents the kernel generates for each read. It is parsed only when it has changed. */
class KernelText<Value> implements Disposable {
  value: Value;
  readonly #fd: number;
  readonly #parse: (text: string) => Value;
  #text = "";

  constructor(fd: number, parse: (text: string) => Value) {
    this.#fd = fd;
    this.#parse = parse;
    this.value = parse("");
  }

  /** Reads the file. The contents are empty if the device has been removed. */
  refresh(): void {
    let text = "";
    try {
      text = buffer.toString("latin1", 0, readSync(this.#fd, buffer, 0, MOST_TEXT, 0));
    } catch {
      // ENODEV
    }
    if (text === this.#text) return;
    this.#text = text;
    this.value = this.#parse(text);
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}

const buffer = Buffer.alloc(MOST_TEXT);
