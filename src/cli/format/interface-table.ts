import { nameHolder } from "./holder.js";
import type { HeldInterface } from "./interface-details.js";
import { formatTable } from "./table.js";
import { printable } from "./text.js";
import { displayWidth, padEnd } from "./wrap.js";

const ADDRESSES = "ADDRESSES";
const header = ["INTERFACE", "STATE", "PROMISC", "FLAG", "COUNT", "ALLMULTI", ADDRESSES];
const numbers = [4, 5];
/** If fewer columns are left for addresses, they are printed on lines of their own. Most IPv4 addresses fit into this. */
const LEAST_FOR_ADDRESSES = 15;

/**
 * Formats one line per interface: its promiscuity in the kernel's three views, its link state, and its addresses. The
 * lines below it show its holders, and its addresses if there is no room for their column.
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
  const [titles = "", ...lines] = formatTable([header, ...rows.map((row) => [...row, ""])], numbers);
  const column = titles.indexOf(ADDRESSES);
  const hasRoom = column + LEAST_FOR_ADDRESSES <= width;
  const out = [hasRoom ? titles : titles.slice(0, column).trimEnd()];
  interfaces.forEach((state, at) => {
    const line = lines[at] as string;
    const addresses = state.addrInfo.map(({ local, prefixlen }) => `${local}/${prefixlen}`);
    const withAddresses = hasRoom
      ? placeAddresses(line, addresses, column, width)
      : [line, ...wrapWords("  addresses ", addresses, " ", width)];
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
    ...wrapWords("  held by ", holders.map(nameHolder), ", ", width),
    ...wrapWords("  all-multicast by ", allmultiHolders.map(nameHolder), ", ", width),
  ];
}

/** Places words after a label, with a separator that ends in a blank. Further lines begin below the first word. */
function wrapWords(label: string, words: readonly string[], separator: string, width: number): string[] {
  if (words.length === 0) return [];
  const lines = [label + printable(words[0] as string)];
  for (const word of words.slice(1).map(printable)) {
    const last = lines[lines.length - 1] as string;
    const longer = last + separator + word;
    if (displayWidth(longer) < width) lines[lines.length - 1] = longer;
    else {
      lines[lines.length - 1] = last + separator.trimEnd();
      lines.push(" ".repeat(label.length) + word);
    }
  }
  return lines;
}
