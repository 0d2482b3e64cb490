/**
 * Where ip-netns(8) binds network namespaces to their names. It says /var/run/netns, and /var/run is a link to /run; not
 * on every small system, or in every container, so that /run itself is looked at.
 */
export const NETNS_RUN_DIR = "/run/netns";
