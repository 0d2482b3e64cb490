import { closeSync, openSync, readSync } from "node:fs";
import { type LinkEvent, LinkEvents } from "../linux/link-events.js";
import type { NetworkNamespace } from "../linux/network-namespace.js";
import { Rtnetlink } from "../linux/rtnetlink.js";
import { IFF_ALLMULTI, IFF_UP, type Link } from "../wire/rtnetlink/link.js";
import type { InterfaceState } from "./nic/nic.js";

const MOST_GROUPS_TEXT = 1 << 16;

/** Follows an interface's state in the kernel, as its driver would. */
export class InterfaceWatch implements Disposable {
  readonly #events: LinkEvents;
  /** /proc/net/dev_mcast of the interface's namespace: the kernel tells of no change of this list. */
  readonly #groups: number;
  readonly #text = Buffer.alloc(MOST_GROUPS_TEXT);
  readonly #name: string;
  readonly #namespace: NetworkNamespace;
  /** At first everything is new. */
  #hasChanged = true;
  #link: Link;
  #groupsText = "";
  #groupList: Uint8Array[] = [];

  constructor(namespace: NetworkNamespace, name: string) {
    this.#namespace = namespace;
    this.#name = name;
    // What comes while no frame does is taken over by the event loop; before a frame it is asked for.
    this.#events = namespace.enter(() => new LinkEvents((waiting) => this.#take(waiting)));
    this.#groups = namespace.enter(() => openSync("/proc/thread-self/net/dev_mcast", "r"));
    this.#link = this.#read();
  }

  /** The state now: what was asked of the kernel before this call is in it. Undefined if nothing has changed. */
  changes(): InterfaceState | undefined {
    this.#take(this.#events.waiting());
    this.#readGroups();
    if (!this.#hasChanged) return undefined;
    this.#hasChanged = false;
    return this.state();
  }

  state(): InterfaceState {
    const { flags, address, promiscuity = 0, allmulti = 0 } = this.#link;
    return {
      isUp: (flags & IFF_UP) !== 0,
      address: address ?? new Uint8Array(6),
      isPromiscuous: promiscuity > 0,
      isAllMulticast: allmulti > 0 || (flags & IFF_ALLMULTI) !== 0,
      groups: this.#groupList,
    };
  }

  #take(events: readonly LinkEvent[]): void {
    for (const event of events) {
      if (event.kind === "lost") this.#link = this.#read();
      else if (event.kind === "changed" && event.link.name === this.#name) this.#link = event.link;
      else continue;
      this.#hasChanged = true;
    }
  }

  #read(): Link {
    return this.#namespace.enter(() => {
      using rtnetlink = new Rtnetlink();
      return rtnetlink.link(this.#name, `watch ${this.#name}`);
    });
  }

  /** Lines of index, name, two counts, and the address in hexadecimal digits. */
  #readGroups(): void {
    const text = this.#text.toString("latin1", 0, readSync(this.#groups, this.#text, 0, MOST_GROUPS_TEXT, 0));
    if (text === this.#groupsText) return;
    this.#groupsText = text;
    this.#groupList = text
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter(([, name]) => name === this.#name)
      .map((fields) => Buffer.from(fields[4] ?? "", "hex"));
    this.#hasChanged = true;
  }

  [Symbol.dispose](): void {
    this.#events[Symbol.dispose]();
    closeSync(this.#groups);
  }
}
