import { type JournalEntry, messageToJournal } from "../../format/export/journal-entry.js";
import { printable, toJson } from "../../format/text.js";
import { chooseFormat } from "../../option/output-format.js";
import type { OptionsOf } from "../../program.js";
import { jsonLine, write, writeExactly } from "../write.js";
import { type BoundEvent, boundEvent } from "./bound-event.js";
import { FindingCommand } from "./finding-command.js";
import { JournalQueue } from "./journal-queue.js";

/** Appended to the text of an event that was too large to be passed on unchanged. */
const CUT = " [cut: it is too long]";

const formats = ["text", "json", "ecs", "journal"] as const;

/** The options of all commands that report events. */
export type EventReportOptions = Pick<OptionsOf<"watch" | "scan">, "json" | "format" | "exec">;

/** How events of a type are converted to each format. */
export interface EventForms<Event> {
  /** Returns a line of text. */
  text(event: Event): string;
  json(event: Event): object;
  ecs(event: Event): object;
  journal(event: Event): JournalEntry;
  /** Reports whether `--exec` runs its command for an event. */
  isFinding(event: Event): boolean;
}

/** Reports events as they come, in the format that `--format` requests, and runs the command of `--exec`. */
export class EventReport<Event> implements AsyncDisposable {
  readonly #forms: EventForms<Event>;
  readonly #format: (typeof formats)[number];
  readonly #command: FindingCommand | undefined;
  readonly #journal: JournalQueue | undefined;

  /**
   * @param operation what produces the events; it follows "cannot" in an error message
   * @throws PromiscError `usage` if there is no such format
   */
  constructor(forms: EventForms<Event>, options: EventReportOptions, operation: string) {
    this.#forms = forms;
    this.#format = chooseFormat(formats, options, operation);
    if (options.exec !== undefined) this.#command = new FindingCommand(options.exec);
    if (this.#format === "journal") this.#journal = new JournalQueue();
  }

  /** Reports that events are awaited from now on. A missing journal is noticed here. */
  begin(...lines: string[]): void {
    const told = lines.map(printable);
    const [first, ...more] = told.map(messageToJournal);
    if (first) this.#journal?.begin(first);
    for (const entry of more) this.#journal?.put(entry);
    write(2, `${told.join("\n")}\n`);
  }

  tell(event: Event): void {
    const bound = boundEvent(event);
    // Start the command first, because the reader of the output may go away.
    if (this.#forms.isFinding(event)) this.#command?.run(this.#json(bound));
    if (this.#journal) this.#journal.put(this.#entry(bound));
    else (this.#format === "text" ? write : writeExactly)(1, this.#line(bound));
  }

  #line(bound: BoundEvent<Event>): string {
    const { event, isCut } = bound;
    switch (this.#format) {
      case "json":
        return this.#json(bound);
      case "ecs":
        return `${toJson({ ...this.#forms.ecs(event), ...(isCut ? { tags: ["cut"] } : {}) })}\n`;
      default:
        return `${printable(this.#forms.text(event))}${isCut ? CUT : ""}\n`;
    }
  }

  #json({ event, isCut }: BoundEvent<Event>): string {
    return jsonLine({ ...this.#forms.json(event), ...(isCut ? { cut: true } : {}) });
  }

  #entry({ event, isCut }: BoundEvent<Event>): JournalEntry {
    const entry = this.#forms.journal(event);
    return isCut ? { ...entry, MESSAGE: `${entry["MESSAGE"]}${CUT}`, PROMISC_CUT: 1 } : entry;
  }

  /** Waits until the journal has accepted what it can, and the command has run for all findings. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#journal?.[Symbol.asyncDispose]();
    await this.#command?.settled();
  }
}
