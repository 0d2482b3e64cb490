const NOBODY = 65534;

/** Runs an action of this process, which root started, as a user without privileges. */
export function withoutPrivilege<Result>(action: () => Result): Result {
  const groups = process.getgroups?.() ?? [];
  process.setgroups?.([]);
  process.setegid?.(NOBODY);
  process.seteuid?.(NOBODY);
  try {
    return action();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
    process.setgroups?.(groups);
  }
}
