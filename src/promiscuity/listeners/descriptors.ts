import { ForeignDescriptors } from "../../linux/process/foreign-descriptors.js";
import type { ProcessTable } from "../../linux/process/process-table.js";
import { familyOfSocket } from "../../linux/process/socket-family.js";
import { readAttachedFilter } from "../../linux/socket/attached-filter.js";
import { AF_XDP } from "../../wire/kernel/address-family.js";
import type { SocketDirectory } from "../holders/socket-directory.js";
import type { FilterReader, FoundFilter } from "./packet-sockets.js";

/** Reads the filters of sockets by duplicates of their processes' descriptors. */
export class SocketFilters implements FilterReader {
  readonly #directory: SocketDirectory;

  constructor(
    directory: SocketDirectory,
    readonly remedy: string,
  ) {
    this.#directory = directory;
  }

  get isBlind(): boolean {
    return this.#directory.hasHidden;
  }

  readonly read = (inode: number): FoundFilter => {
    let result: FoundFilter = "no-process";
    for (const { pid, fd } of this.#directory.owners({ inode })) {
      using descriptors = ForeignDescriptors.of(pid);
      using duplicate = descriptors?.duplicate(fd);
      if (!duplicate) {
        result = "refused";
        continue;
      }
      const filter = readAttachedFilter(duplicate.number);
      if (filter !== undefined) return filter;
      result = "refused";
    }
    return result;
  };
}

/** The most sockets that are examined for AF_XDP. */
const MOST_SOCKETS = 20_000;

/** Finds the processes that have an AF_XDP socket, when they are first needed. */
export class XdpSocketOwners {
  readonly #table: ProcessTable;
  #found: number[] | undefined;

  constructor(table: ProcessTable) {
    this.#table = table;
  }

  /** Returns the processes, and whether all sockets were examined. */
  readonly find = (): { readonly pids: readonly number[]; readonly isComplete: boolean } => {
    const { bySocket } = this.#table;
    this.#found ??= [...bySocket.values()]
      .slice(0, MOST_SOCKETS)
      .flatMap((owners) => (owners[0] && familyOfSocket(owners[0]) === AF_XDP ? owners : []))
      .map(({ pid }) => pid);
    return { pids: this.#found, isComplete: bySocket.size <= MOST_SOCKETS };
  };
}
