/** A network namespace. */
export interface NamespaceFacts {
  readonly inode: number;
  /** Its names in the directories where namespaces are bound, such as `/run/netns` (ip-netns(8)). */
  readonly names: readonly string[];
  /** Whether it is the caller's own namespace. */
  readonly own: boolean;
  /** How many visible processes are in it. */
  readonly processes: number;
}
