import { type ProcessDetails, readProcess } from "../../linux/process/process-details.js";
import {
  type DescriptorOwner,
  type ProcessTable,
  readProcessTable,
} from "../../linux/process/process-table.js";

/** Finds the processes of sockets, and describes each of them once. */
export class SocketDirectory {
  readonly #described = new Map<number, ProcessDetails>();
  #table: ProcessTable;
  #isFresh = false;

  constructor(table: ProcessTable) {
    this.#table = table;
  }

  /** Whether some processes hide what they have open. */
  get hasHidden(): boolean {
    return this.#table.hidden.length > 0 || this.#table.isPartial === true;
  }

  /** Returns the descriptors that processes have open on a socket. */
  owners({ inode }: { readonly inode: number }): readonly DescriptorOwner[] {
    // The socket may have been opened after the table was read.
    if (!this.#table.bySocket.has(inode) && !this.#isFresh) {
      this.#table = readProcessTable();
      this.#isFresh = true;
    }
    return this.#table.bySocket.get(inode) ?? [];
  }

  /** Returns the processes that have a socket open. */
  processes(socket: { readonly inode: number }): ProcessDetails[] {
    return this.describe(this.owners(socket).map(({ pid }) => pid));
  }

  /** Describes processes, each once. */
  describe(pids: readonly number[]): ProcessDetails[] {
    return [...new Set(pids)].map((pid) => {
      const details = this.#described.get(pid) ?? readProcess(pid);
      this.#described.set(pid, details);
      return details;
    });
  }
}
