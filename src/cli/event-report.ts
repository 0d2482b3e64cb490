import { JournalSocket } from "../linux/journal-socket.js";
import { FindingCommand } from "./finding-command.js";
import { type JournalEntry, messageToJournal } from "./format/export/journal-entry.js";
import { toJson } from "./format/json.js";
import { printable } from "./format/text.js";
import type { GlobalOptions } from "./global-options.js";
import { jsonLine, write } from "./output.js";
import { chooseFormat } from "./output-format.js";

const formats = ["text", "json", "ecs", "journal"] as const;

export interface EventOptions extends GlobalOptions {
  readonly format?: string;
  readonly exec?: string;
}

/** What events of a kind are in each format. */
export interface EventForms<Event> {
  /** A line for people. */
  text(event: Event): string;
  json(event: Event): object;
  ecs(event: Event): object;
  journal(event: Event): JournalEntry;
  /** Whether `--exec` runs its command for it. */
  isFinding(event: Event): boolean;
}

/** Tells of events as they come, in the format that `--format` asks for, and runs the command of `--exec`. */
export class EventReport<Event> implements AsyncDisposable {
  readonly #forms: EventForms<Event>;
  readonly #format: (typeof formats)[number];
  readonly #command: FindingCommand | undefined;
  readonly #journal: JournalSocket | undefined;

  /**
   * @param operation what the events are of, after "cannot" in an error
   * @throws PromiscError `usage` for a format that there isn't
   */
  constructor(forms: EventForms<Event>, options: EventOptions, operation: string) {
    this.#forms = forms;
    this.#format = chooseFormat(formats, options, operation);
    if (options.exec !== undefined) this.#command = new FindingCommand(options.exec);
    if (this.#format === "journal") this.#journal = new JournalSocket();
  }

  /** Says that events are awaited from now on. A journal that isn't there is found out at once by it. */
  begin(...lines: string[]): void {
    const told = lines.map(printable);
    for (const line of told) this.#journal?.send(messageToJournal(line));
    write(2, `${told.join("\n")}\n`);
  }

  tell(event: Event): void {
    // The command first: whoever reads the output may go away.
    if (this.#forms.isFinding(event)) this.#command?.run(jsonLine(this.#forms.json(event)));
    if (this.#journal) this.#journal.send(this.#forms.journal(event));
    else write(1, this.#line(event));
  }

  #line(event: Event): string {
    switch (this.#format) {
      case "json":
        return jsonLine(this.#forms.json(event));
      case "ecs":
        return `${toJson(this.#forms.ecs(event))}\n`;
      default:
        return `${printable(this.#forms.text(event))}\n`;
    }
  }

  /** Waits until the command has run for all findings. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#journal?.[Symbol.dispose]();
    await this.#command?.settled();
  }
}
