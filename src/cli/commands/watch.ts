import { JournalSocket } from "../../linux/journal-socket.js";
import { checkChange, type HolderFinding } from "../../promiscuity/policy/findings.js";
import type { WatchEvent } from "../../promiscuity/watch/event.js";
import { type WatchStart, watchPromiscuity } from "../../promiscuity/watch/watch.js";
import { FindingCommand } from "../finding-command.js";
import { eventToEcs } from "../format/export/ecs.js";
import { eventToJournal, messageToJournal } from "../format/export/journal.js";
import { printable } from "../format/text.js";
import { formatWatchEvent } from "../format/watch-event.js";
import type { GlobalOptions } from "../global-options.js";
import { jsonLine, write } from "../output.js";
import { chooseFormat } from "../output-format.js";
import { readPolicy } from "../read-policy.js";

interface CommandOptions extends GlobalOptions {
  readonly trace: boolean;
  readonly format?: string;
  readonly policy?: string;
  readonly exec?: string;
}

const formats = ["text", "json", "ecs", "journal"] as const;

/** Prints a line a change until a signal ends it. */
export async function watch(names: readonly string[], options: CommandOptions): Promise<void> {
  const { trace, policy: path, exec } = options;
  const policy = path === undefined && exec === undefined ? undefined : readPolicy(path);
  const command = exec === undefined ? undefined : new FindingCommand(exec);
  using report = new Reporter(chooseFormat(formats, options, "watch"));
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => controller.abort());
  const onReady = (start: WatchStart): void => report.begin(start);
  for await (const event of watchPromiscuity({ signal: controller.signal, trace, onReady })) {
    if (names.length > 0 && !isAbout(event, names)) continue;
    const findings = policy && event.event === "change" ? checkChange(event, policy) : undefined;
    report.tell(event, findings);
    if (findings?.length) command?.run(jsonLine({ ...event, findings }));
  }
  await command?.settled();
}

class Reporter implements Disposable {
  readonly #journal: JournalSocket | undefined;
  readonly #format: (typeof formats)[number];

  constructor(format: (typeof formats)[number]) {
    this.#format = format;
    if (format === "journal") this.#journal = new JournalSocket();
  }

  /** Says that the watch has begun. A journal that isn't there is found out at once by it. */
  begin({ namespaces, untraced }: WatchStart): void {
    const lines = [`watching ${namespaces} network namespace${namespaces === 1 ? "" : "s"}`];
    if (untraced) lines.push(`${printable(untraced.message)}: who holds only for a moment may not be named`);
    for (const line of lines) this.#journal?.send(messageToJournal(line));
    write(2, `${lines.join("\n")}\n`);
  }

  /** @param findings undefined where no policy was asked */
  tell(event: WatchEvent, findings: readonly HolderFinding[] | undefined): void {
    if (this.#format === "journal") this.#journal?.send(eventToJournal(event, findings ?? []));
    else write(1, this.#line(event, findings));
  }

  #line(event: WatchEvent, findings: readonly HolderFinding[] | undefined): string {
    switch (this.#format) {
      case "json":
        return jsonLine({ ...event, ...(findings ? { findings } : {}) });
      case "ecs":
        return `${JSON.stringify(eventToEcs(event, findings ?? []))}\n`;
      default:
        return `${printable(formatWatchEvent(event, findings))}\n`;
    }
  }

  [Symbol.dispose](): void {
    this.#journal?.[Symbol.dispose]();
  }
}

/** A loss is about every interface. */
function isAbout(event: WatchEvent, names: readonly string[]): boolean {
  if (event.event === "lost") return true;
  return names.includes(event.ifname) || (event.event === "renamed" && names.includes(event.from));
}
