import { present } from "../../present.js";
import { readPromiscuity } from "../../promiscuity/holders/read.js";
import type { IncompleteSight } from "../../promiscuity/holders/report.js";
import type { InterfaceState } from "../../promiscuity/interface-state.js";
import { readInterface, readInterfaces } from "../../promiscuity/read.js";
import { encodeString } from "../../wire/bytes.js";
import { formatInterfaceDetails, type HeldInterface } from "../format/interface-details.js";
import { formatInterfaceTable } from "../format/interface-table.js";
import { formatIpAddress, installedIp } from "../format/ip-address.js";
import { describeSight } from "../format/namespace.js";
import { printable, printableLines } from "../format/text.js";
import { reportError } from "../output/report-error.js";
import { hasColour, isTerminal, layoutWidth, write, writeExactly, writeJson } from "../output/write.js";
import type { GlobalOptions, OptionsOf } from "../program.js";

export function show(names: readonly string[], options: OptionsOf<"show">): void {
  const states = names.length === 0 ? readInterfaces() : readNamed(names, options);
  if (options.json) writeJson(withHolders(states));
  else if (options.ip) showAsIp(states);
  else print(withHolders(states), names.length > 0);
}

function print({ interfaces, incomplete = [] }: Shown, isDetailed: boolean): void {
  if (!isDetailed)
    write(1, formatInterfaceTable(interfaces, { width: layoutWidth(1), colour: hasColour(1) }));
  else for (const state of interfaces) write(1, formatInterfaceDetails(state, hasColour(1)));
  for (const sight of incomplete)
    write(2, `not everything can be seen: ${printable(describeSight(sight))}\n`);
}

interface Shown {
  readonly interfaces: readonly HeldInterface[];
  readonly incomplete?: readonly IncompleteSight[];
}

/** Adds holders. They are looked for only if there are any, because that means reading the whole of /proc. */
function withHolders(states: readonly InterfaceState[]): Shown {
  const held = states.filter(({ promiscuity, allmulti }) => promiscuity > 0 || allmulti);
  const { interfaces, incomplete } =
    held.length > 0 ? readPromiscuity({ wanted: held.map(({ ifindex }) => ifindex) }) : { interfaces: [] };
  const byIndex = new Map(interfaces.filter(({ netns }) => netns.own).map((each) => [each.ifindex, each]));
  return {
    // The counts are read together with the holders, because they may have changed since the state was read.
    interfaces: states.map((state) => ({
      holders: [],
      allmultiHolders: [],
      ...state,
      ...byIndex.get(state.ifindex),
    })),
    ...present({ incomplete }),
  };
}

/** Reads the named interfaces. A failure is reported and doesn't prevent the others from being shown. */
function readNamed(names: readonly string[], { debug = false }: GlobalOptions): InterfaceState[] {
  const interfaces: InterfaceState[] = [];
  for (const name of names) {
    try {
      interfaces.push(readInterface(name));
    } catch (error) {
      reportError(error, debug);
    }
  }
  return interfaces;
}

function showAsIp(interfaces: readonly InterfaceState[]): void {
  const dialect = installedIp();
  const text = interfaces.map((state) => formatIpAddress(state, dialect)).join("");
  // The output is the same byte for byte, except that names are made harmless for a terminal.
  writeExactly(1, isTerminal(1) ? printableLines(text) : encodeString(text));
}
