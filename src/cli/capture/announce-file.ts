import type { FileInterface } from "../../capture/file/read/decoder.js";
import type { CaptureReader } from "../../capture/file/read/read-capture.js";
import { LINKTYPE_LINUX_SLL2, longestPacket } from "../../wire/file/linktype.js";
import { printable } from "../format/text.js";
import { write } from "../output/write.js";
import { formatLinkType } from "./link-type.js";

/** The largest snapshot length that libpcap believes. */
const MOST = 2 ** 31 - 1;

const ABOUT_NAMES =
  "promisc: interface names might be incorrect: they are this machine's for the numbers in the file\n";

/**
 * Prints tcpdump's line about a file that is read, to standard error. A pcapng file is announced as soon as its first
 * interface is read, which is before the first packet.
 */
export function announceFile(reader: CaptureReader): void {
  const [first] = reader.interfaces;
  if (first) {
    write(2, formatFile(reader.name, first));
    return;
  }
  let isAnnounced = false;
  reader.onBlock = () => {
    const [first] = reader.interfaces;
    if (!first || isAnnounced) return;
    isAnnounced = true;
    write(2, formatFile(reader.name, first));
  };
}

function formatFile(name: string, { linkType, snapLength }: FileInterface): string {
  const isBelieved = snapLength > 0 && snapLength <= MOST;
  const length = isBelieved ? snapLength : longestPacket(linkType);
  const line = `reading from file ${printable(name)}, link-type ${formatLinkType(linkType)}, snapshot length ${length}\n`;
  return linkType === LINKTYPE_LINUX_SLL2 ? `${line}${ABOUT_NAMES}` : line;
}
