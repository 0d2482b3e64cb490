import type { ProgramDetails } from "../../linux/bpf/inspect/describe-programs.js";
import type { ProgramHolder } from "../../linux/bpf/inspect/program-holders.js";
import type { ProgramReference } from "../../linux/netlink/traffic-filters.js";
import { describeUser, type ProcessDetails } from "../../linux/process/process-details.js";
import { present } from "../../present.js";
import type { ProgramFacts } from "./listener.js";

/** What is known about eBPF programs, by their ids. */
export class ProgramDirectory {
  readonly #details: ReadonlyMap<number, ProgramDetails>;
  readonly #holders = new Map<number, number[]>();
  readonly #describe: (pids: readonly number[]) => ProcessDetails[];

  /** @param describe describes processes */
  constructor(
    details: Iterable<ProgramDetails>,
    holders: Iterable<ProgramHolder>,
    describe: (pids: readonly number[]) => ProcessDetails[],
  ) {
    this.#details = new Map([...details].map((each) => [each.id, each]));
    for (const { programId, pid } of holders) {
      const known = this.#holders.get(programId);
      if (known) known.push(pid);
      else this.#holders.set(programId, [pid]);
    }
    this.#describe = describe;
  }

  /** Returns what is known about a program, and the processes that have it open. */
  find({ id, name, tag }: ProgramReference): {
    readonly program: ProgramFacts;
    readonly processes: readonly ProcessDetails[];
  } {
    const details = id === undefined ? undefined : this.#details.get(id);
    return {
      program: {
        ...present({ id, name, tag }),
        ...(details ? { ...details, ...describeUser(details.uid) } : {}),
      },
      processes: this.#describe((id === undefined ? undefined : this.#holders.get(id)) ?? []),
    };
  }
}
