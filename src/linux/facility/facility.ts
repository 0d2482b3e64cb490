/** Something that promisc can use, and whether this kernel and this machine have it. */
export interface Facility {
  readonly name: string;
  /** Null if this can't be determined without privilege, or without changing something. */
  readonly available?: boolean;
  /** How this was determined, or what exactly is missing. */
  readonly detail: string;
  /** How to get it. */
  readonly remedy?: string;
}
