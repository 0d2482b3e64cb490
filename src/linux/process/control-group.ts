import { present } from "../../present.js";
/** The container that a process runs in, as its control group's path says. */
export interface Container {
  readonly id: string;
  readonly runtime: string;
  /**
   * Present if not only root could have made a control group of that name there: a rootless container, or what a user calls
   * one. Any user may make groups below his own systemd's.
   */
  readonly rootless?: true;
}

/** What a control group's path says of the processes in it. */
export interface ControlGroup {
  readonly container?: Container;
  /** The unit of the system's own systemd, `ssh.service` for example. */
  readonly unit?: string;
  /** The unit of a user's systemd, below that user's `user@UID.service`; its name is the user's choice. */
  readonly user_unit?: string;
}

const ID = "([0-9a-f]{64})";

/** How container runtimes name their control groups: as a systemd scope or service, or as a folder in one of their own. */
const containerNames: readonly (readonly [pattern: RegExp, runtime: string])[] = [
  [RegExp(`^docker-${ID}\\.scope$`), "docker"],
  [RegExp(`^cri-containerd-${ID}\\.scope$`), "containerd"],
  // Where containerd is set up for folders, and its caller for systemd.
  [RegExp(`^[^/]+\\.slice:cri-containerd:${ID}$`), "containerd"],
  [RegExp(`^crio-(?:conmon-)?${ID}(?:\\.scope)?$`), "cri-o"],
  [RegExp(`^libpod-(?:conmon-|payload-)?${ID}(?:\\.scope)?$`), "podman"],
  [/^lxc\.payload\.([^/]+)$/, "lxc"],
];

/** The same where the name alone doesn't say whose it is: by what comes before it. */
const containersIn: readonly (readonly [parent: RegExp, pattern: RegExp, runtime: string])[] = [
  [/^\/docker$/, RegExp(`^${ID}$`), "docker"],
  [/^\/lxc(?:\.payload)?$/, /^([^/]+)$/, "lxc"],
  [/^\/libpod_parent$/, RegExp(`^libpod-${ID}$`), "podman"],
  [/\/machine\.slice$/, /^machine-([^/]+)\.scope$/, "nspawn"],
  [/\/machine\.slice$/, /^systemd-nspawn@([^/]+)\.service$/, "nspawn"],
  [/^\/kubepods(?:\/(?:burstable|besteffort))?\/pod[0-9a-f-]+$/, RegExp(`^${ID}$`), "kubernetes"],
];

/** Folders that runtimes without systemd make in the root, where only root can make any, and those that they make in them. */
const runtimeFolders =
  /^\/(?:docker|lxc|lxc\.payload|libpod_parent|kubepods(?:\/(?:burstable|besteffort))?(?:\/pod[0-9a-f-]+)?)$/;

/**
 * Reads a control group's path as systemd does (systemd.slice(5)): slices, then a unit. What is below a unit is the business
 * of whoever that unit is, and so are its names.
 * @param path from the root of this process's view, as /proc/PID/cgroup has it
 */
export function readControlGroup(path: string): ControlGroup {
  let above = "";
  let unit: string | undefined;
  let user_unit: string | undefined;
  let container: Container | undefined;
  /** Whether only root can have made what comes next. */
  let isRoots = true;
  for (const name of path.split("/").slice(1)) {
    container ??= containerCalled(name, above, isRoots);
    if (/\.(?:service|scope)$/.test(name)) {
      if (isRoots) unit = name;
      else if (isUserManager(unit)) user_unit ??= name;
    }
    above += `/${name}`;
    isRoots &&= name.endsWith(".slice") || runtimeFolders.test(above);
  }
  return {
    ...present({ container, unit, user_unit }),
  };
}

function containerCalled(name: string, above: string, isRoots: boolean): Container | undefined {
  const patterns = [
    ...containerNames,
    ...containersIn.flatMap(([parent, pattern, runtime]) =>
      parent.test(above) ? [[pattern, runtime] as const] : [],
    ),
  ];
  for (const [pattern, runtime] of patterns) {
    const id = pattern.exec(name)?.[1];
    if (id !== undefined) return isRoots ? { id, runtime } : { id, runtime, rootless: true };
  }
  return undefined;
}

/** systemd's manager of a user: `user@1000.service`. */
function isUserManager(unit: string | undefined): boolean {
  return unit !== undefined && /^user@\d+\.service$/.test(unit);
}
