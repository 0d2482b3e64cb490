import { processName } from "../../../src/promiscuity/holders/process-name.js";
import type { ChangeEvent, ReportedEvent } from "../../../src/promiscuity/watch/event.js";
import { Watcher } from "../../../src/promiscuity/watch/watcher.js";

/** A watch that keeps the events of this process's own network namespace and of named ones. */
export class Watching implements Disposable {
  readonly #watcher: Watcher;
  events: ReportedEvent[] = [];

  constructor(options: ConstructorParameters<typeof Watcher>[1] = undefined) {
    // Other tests run at the same time, in namespaces of their own.
    this.#watcher = new Watcher((event) => {
      if (event.netns.own || event.netns.names.length > 0) this.events.push(event);
    }, options);
  }

  get changes(): ChangeEvent[] {
    return this.events.filter((event) => event.event === "change");
  }

  /** Waits until a condition is true. Throws after ten seconds. */
  async until(isSo: () => boolean): Promise<void> {
    const end = performance.now() + 10_000;
    while (!isSo()) {
      if (performance.now() > end)
        throw new Error(`waited in vain; told so far: ${JSON.stringify(this.events)}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  /** Waits for a number of changes of one interface, and returns them in a short form: `0>1 +flag[link]`. */
  async changesOf(name: string, count: number): Promise<string[]> {
    const ofName = (): ChangeEvent[] => this.changes.filter(({ ifname }) => ifname === name);
    await this.until(() => ofName().length >= count);
    return ofName().map(inShort);
  }

  hasLost(source: "events" | "trace"): boolean {
    return this.events.some((event) => event.event === "lost" && event.source === source);
  }

  [Symbol.dispose](): void {
    this.#watcher[Symbol.dispose]();
  }
}

function inShort({ before, after, reason, came, went }: ChangeEvent): string {
  return [
    `${before.promiscuity}>${after.promiscuity}`,
    ...(before.allmulti === after.allmulti ? [] : [`multicast ${before.allmulti}>${after.allmulti}`]),
    ...(reason ? [reason] : []),
    ...came.map((each) => `+${who(each)}`),
    ...went.map((each) => `-${who(each)}`),
  ].join(" ");
}

function who({ holder, evidence, actor }: ChangeEvent["came"][number]): string {
  const by = actor ? ` by ${processName(actor)}` : "";
  return `${holder ? nameOf(holder) : "somebody"}${by}[${evidence}]`;
}

function nameOf(holder: NonNullable<ChangeEvent["came"][number]["holder"]>): string {
  if (holder.kind === "socket") return holder.processes.map(processName).join("+") || "socket";
  return holder.kind === "device" ? holder.device.ifname : holder.kind;
}
