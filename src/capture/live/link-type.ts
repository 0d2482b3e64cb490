import { usageError } from "../../errors.js";
import { linkTypeOfHardware } from "../../wire/file/link-type-of-hardware.js";
import * as linktype from "../../wire/file/linktype.js";
import * as arphrd from "../../wire/kernel/rtnetlink/arphrd.js";
import type { Link } from "../../wire/kernel/rtnetlink/link.js";

/**
 * Returns the LINKTYPE_ values that a capture on an interface can have, in the order in which libpcap lists them.
 * @param link undefined for all interfaces together
 */
export function linkTypesFor(link: Link | undefined): readonly number[] {
  const own = link && linkTypeOfHardware(link.type);
  if (own === undefined) return [linktype.LINKTYPE_LINUX_SLL, linktype.LINKTYPE_LINUX_SLL2];
  // Some cable modem head ends send DOCSIS frames out of an Ethernet port to whoever analyses them.
  if (link?.type === arphrd.ARPHRD_ETHER) return [own, linktype.LINKTYPE_DOCSIS];
  return [own];
}

/**
 * Returns the LINKTYPE_ value of a capture on an interface: the wanted one, or the interface's own, or SLL2 if the form
 * of its link-level header is unknown.
 * @param link undefined for all interfaces together
 * @param operation what fails otherwise, as a phrase that follows "cannot"
 * @throws PromiscError `usage` if a capture can't have the wanted one
 */
export function linkTypeFor(link: Link | undefined, wanted: number | undefined, operation: string): number {
  if (wanted === undefined) return (link && linkTypeOfHardware(link.type)) ?? linktype.LINKTYPE_LINUX_SLL2;
  const offered = linkTypesFor(link);
  if (offered.includes(wanted)) return wanted;
  const name = (type: number): string => linktype.linkTypeName(type) ?? `${type}`;
  throw usageError(
    operation,
    `it doesn't offer the link type ${name(wanted)}`,
    `it offers ${offered.map(name).join(" and ")}`,
  );
}
