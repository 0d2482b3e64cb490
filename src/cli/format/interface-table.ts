import { nameHolder } from "./holder.js";
import type { HeldInterface } from "./interface-details.js";
import { formatTable } from "./table.js";
import { printable } from "./text.js";
import { displayWidth, padEnd } from "./wrap.js";

const header = ["INTERFACE", "STATE", "PROMISC", "FLAG", "COUNT", "ALLMULTI", "ADDRESSES"];
const numbers = [4, 5];

/**
 * Formats one line per interface: its promiscuity in the kernel's three views, its link state, and its addresses. The
 * lines below it show its holders.
 * @param width of a line in columns, unless a name with many escapes makes that impossible
 */
export function formatInterfaceTable(
  interfaces: readonly HeldInterface[],
  { width, colour }: { readonly width: number; readonly colour: boolean },
): string {
  const rows = interfaces.map((state) => [
    printable(state.ifname),
    state.operstate,
    state.promiscuous ? "yes" : "no",
    state.promiscFlag ? "on" : "off",
    String(state.promiscuity),
    String(state.allmulti ?? "?"),
  ]);
  const lines = formatTable([header, ...rows.map((row) => [...row, ""])], numbers);
  const column = (lines[0] as string).indexOf("ADDRESSES");
  const out = [lines[0] as string];
  interfaces.forEach((state, at) => {
    const line = lines[at + 1] as string;
    const addresses = state.addrInfo.map(({ local, prefixlen }) => `${local}/${prefixlen}`);
    const withAddresses = placeAddresses(line, addresses, column, width);
    if (colour && state.promiscuous) withAddresses[0] = `\x1b[1;33m${withAddresses[0]}\x1b[0m`;
    out.push(...withAddresses, ...placeHolders(state, width));
  });
  return `${out.join("\n")}\n`;
}

/**
 * Places addresses in their column, several on a line if they fit. A long address gets a line of its own that ends at
 * the right edge.
 */
function placeAddresses(
  start: string,
  addresses: readonly string[],
  column: number,
  width: number,
): string[] {
  const lines = [start];
  for (const address of addresses) {
    const last = lines[lines.length - 1] as string;
    const longer = displayWidth(last) < column ? padEnd(last, column) + address : `${last} ${address}`;
    if (displayWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(" ".repeat(Math.max(2, Math.min(column, width - address.length))) + address);
  }
  return lines;
}

function placeHolders({ holders, allmultiHolders }: HeldInterface, width: number): string[] {
  return [
    ...wrapNames("  held by ", holders.map(nameHolder), width),
    ...wrapNames("  all-multicast by ", allmultiHolders.map(nameHolder), width),
  ];
}

function wrapNames(start: string, names: readonly string[], width: number): string[] {
  if (names.length === 0) return [];
  const lines = [start + printable(names[0] as string)];
  for (const name of names.slice(1).map(printable)) {
    const longer = `${lines[lines.length - 1]}, ${name}`;
    if (displayWidth(longer) < width) lines[lines.length - 1] = longer;
    else {
      lines[lines.length - 1] += ",";
      lines.push(" ".repeat(start.length) + name);
    }
  }
  return lines;
}
