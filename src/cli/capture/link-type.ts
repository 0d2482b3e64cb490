import { linkTypeDescription, linkTypeName } from "../../wire/file/linktype.js";

/** Formats a link type as tcpdump does, by name and description, or by number if it has no name. */
export function formatLinkType(linkType: number): string {
  const name = linkTypeName(linkType);
  return name === undefined ? `${linkType}` : `${name} (${linkTypeDescription(linkType)})`;
}
