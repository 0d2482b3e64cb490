/** Something of the kernel or the machine that promisc can use, and whether it is there. */
export interface Facility {
  readonly name: string;
  /** Null where it can't be told without privilege, or without changing something. */
  readonly available: boolean | null;
  /** How it was found out, or what exactly is missing. */
  readonly detail: string;
  /** What to do to get it. */
  readonly remedy?: string;
}
