/**
 * What goes before a program and its arguments so that the kernel kills it when this process ends, whatever ends it
 * (PR_SET_PDEATHSIG, prctl(2)). Should this process have ended before that was set, the program isn't started.
 */
export function dieWithParent(): string[] {
  const check = '[ "$PPID" = "$0" ] && exec "$@"';
  return ["setpriv", "--pdeathsig", "KILL", "--", "sh", "-c", check, String(process.pid)];
}
