import { checkOptions, type OptionKinds } from "../../check-options.js";
import { readBpfLinks } from "../../linux/bpf/inspect/bpf-links.js";
import { describePrograms } from "../../linux/bpf/inspect/describe-programs.js";
import { findProgramHolders, isProgramOrLink } from "../../linux/bpf/inspect/program-holders.js";
import { unseenRest } from "../../linux/netlink/unseen.js";
import type { DescriptorOwner, ProcessTable } from "../../linux/process/process-table.js";
import { TapReaders } from "../../linux/process/tap-readers.js";
import { readMachine } from "../holders/machine.js";
import {
  type ReadPromiscuityOptions,
  readUntilExplained,
  remedyForBlindness,
  reportHolders,
} from "../holders/read.js";
import type { PromiscuityReport } from "../holders/report.js";
import { SocketDirectory } from "../holders/socket-directory.js";
import { SocketFilters, XdpSocketOwners } from "./descriptors.js";
import { type ListenerMachine, listListeners, programsOf } from "./list.js";
import type { Listener, NotLookedAt } from "./listener.js";
import { NotLookedAtList, neverLookedAt } from "./not-looked-at.js";
import { ProgramDirectory } from "./programs.js";
import { ListenerTableReader, type ListenerTables } from "./tables.js";

/** Who holds which interfaces, and everything that gets copies of their frames. */
export interface ListenersReport extends PromiscuityReport {
  readonly listeners: readonly Listener[];
  readonly notLookedAt: readonly NotLookedAt[];
}

/** Options of {@link readListeners}. */
export type ReadListenersOptions = ReadPromiscuityOptions;

const readOptions: OptionKinds<ReadListenersOptions> = { wanted: "list?" };

/** The most descriptors of eBPF programs that are examined. */
const MOST_DESCRIPTORS = 100_000;

/**
 * Reads everything that gets copies of frames of an interface, and who holds interfaces promiscuous, in every network
 * namespace that this process can reach. It changes nothing.
 * @param options see {@link ReadListenersOptions}
 * @returns the report of `readPromiscuity` with the listeners, and what wasn't examined
 * @throws PromiscError `kernel` if /proc or the kernel's tables can't be read
 */
export function readListeners(options: ReadListenersOptions = {}): ListenersReport {
  checkOptions("readListeners", options, readOptions);
  const { wanted = [] } = options;
  return readUntilExplained(() => readOnce(wanted));
}

function readOnce(wanted: readonly number[]): ListenersReport {
  const files = new ListeningFiles();
  const machine = readMachine<ListenerTables>({
    wanted,
    readMore: new ListenerTableReader().read,
    onFile: files.add,
  });
  const directory = new SocketDirectory(machine.table);
  const { listeners, notLookedAt } = listMachine(machine, files, directory);
  return {
    ...reportHolders(machine, directory),
    listeners,
    notLookedAt: [...notLookedAt.entries(), ...neverLookedAt()],
  };
}

/** The files that processes have open and by which they can listen. */
export class ListeningFiles {
  readonly taps = new TapReaders();
  /** Descriptors of eBPF programs and links. */
  readonly programs: DescriptorOwner[] = [];

  /** Adds a descriptor, if it is of such a file. */
  readonly add = (owner: DescriptorOwner, target: string): void => {
    if (!isProgramOrLink(target)) this.taps.examine(owner, target);
    else if (this.programs.length <= MOST_DESCRIPTORS) this.programs.push(owner);
  };
}

/** Returns everything that listens on a machine, and what wasn't examined. */
export function listMachine(
  machine: ListenerMachine & { readonly table: ProcessTable },
  { taps, programs: descriptors }: ListeningFiles,
  directory: SocketDirectory,
): { readonly listeners: Listener[]; readonly notLookedAt: NotLookedAtList } {
  const notLookedAt = new NotLookedAtList();
  const bpfLinks = readBpfLinks();
  const ids = programsOf(machine, bpfLinks.values);
  const programs = describePrograms(ids);
  for (const unseen of [...bpfLinks.unseen, ...(ids.size > 0 ? programs.unseen : [])])
    notLookedAt.add(unseen);
  if (descriptors.length > MOST_DESCRIPTORS)
    notLookedAt.add(unseenRest("the processes that have eBPF programs open", "too-many"));
  if (taps.isPartial) notLookedAt.add(unseenRest("the readers of tap devices", "too-many"));
  const holders = ids.size > 0 ? findProgramHolders(ids, descriptors) : [];
  const describeProcesses = (pids: readonly number[]) => directory.describe(pids);
  const listeners = listListeners(machine, {
    processes: (inode) => directory.processes({ inode }),
    describe: describeProcesses,
    programs: new ProgramDirectory(programs.values, holders, describeProcesses),
    bpfLinks: bpfLinks.values,
    taps: taps.readers,
    socketFilters: new SocketFilters(directory, remedyForBlindness()),
    xdpSocketOwners: new XdpSocketOwners(machine.table).find,
    notLookedAt,
  });
  return { listeners, notLookedAt };
}
