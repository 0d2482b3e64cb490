/** Runs the program that follows as a user who may do nothing special. */
export const asNobody: readonly string[] = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

/** Runs the program that follows in a mount namespace with a /dev/net/tun that those in `mode` may open. */
export const withTun = (mode: string): string[] => [
  "unshare",
  "--mount",
  "sh",
  "-c",
  `mount -t tmpfs -o dev none /mnt && mknod -m ${mode} /mnt/tun c 10 200 && mount --bind /mnt/tun /dev/net/tun && exec "$@"`,
  "sh",
];
