import { type ProcessTable, readProcessTable } from "../../../linux/process/process-table.js";
import { SocketDirectory } from "../../holders/socket-directory.js";
import { XdpSocketOwners } from "../../listeners/descriptors.js";
import { FilterDescriber } from "../../listeners/filter.js";
import { NotLookedAtList } from "../../listeners/not-looked-at.js";

/** What one look at sockets shares. It reads /proc when the processes of a socket are first asked for. */
export class Round {
  readonly notLookedAt = new NotLookedAtList();
  readonly filters = new FilterDescriber();
  #table: ProcessTable | undefined;
  #directory: SocketDirectory | undefined;

  get directory(): SocketDirectory {
    this.#directory ??= new SocketDirectory(this.#read());
    return this.#directory;
  }

  readonly xdpSocketOwners: XdpSocketOwners["find"] = () => new XdpSocketOwners(this.#read()).find();

  #read(): ProcessTable {
    this.#table ??= readProcessTable();
    return this.#table;
  }
}
