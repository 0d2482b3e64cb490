/** A wrapper that runs the following program as a user without privileges. */
export const asNobody: readonly string[] = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

/** Returns a wrapper that runs the following program in a mount namespace whose /dev/net/tun has `mode`. */
export const withTun = (mode: string): string[] => [
  "unshare",
  "--mount",
  "sh",
  "-c",
  `mount -t tmpfs -o dev none /mnt && mknod -m ${mode} /mnt/tun c 10 200 && mount --bind /mnt/tun /dev/net/tun && exec "$@"`,
  "sh",
];
