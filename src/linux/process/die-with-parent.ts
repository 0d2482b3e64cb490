/**
 * Returns a command prefix that makes the kernel kill the program when this process ends for any reason
 * (PR_SET_PDEATHSIG, prctl(2)). If this process has already ended by then, the program isn't started.
 */
export function dieWithParent(): string[] {
  const check = '[ "$PPID" = "$0" ] && exec "$@"';
  return ["setpriv", "--pdeathsig", "KILL", "--", "sh", "-c", check, String(process.pid)];
}
