import { present } from "../../present.js";
/** The container that a process runs in, according to the path of its control group. */
export interface Container {
  /** The container's id, or its name if its runtime uses names. */
  readonly id: string;
  /** The container runtime, for example `docker`. */
  readonly runtime: string;
  /**
   * Present if users other than root could have created a control group with this name there. It may be a rootless
   * container, or something that a user called one: any user can create groups below their own systemd instance.
   */
  readonly rootless?: true;
}

/** What the path of a control group shows about the processes in it. */
export interface ControlGroup {
  readonly container?: Container;
  /** The unit of the system's systemd instance, for example `ssh.service`. */
  readonly unit?: string;
  /** The unit of a user's systemd instance, below that user's `user@UID.service`. The user chooses its name. */
  readonly userUnit?: string;
}

const ID = "([0-9a-f]{64})";

/**
 * The names that container runtimes give to control groups: of a systemd scope or service, or of a folder that they
 * created.
 */
const containerNames: readonly (readonly [pattern: RegExp, runtime: string])[] = [
  [RegExp(`^docker-${ID}\\.scope$`), "docker"],
  [RegExp(`^cri-containerd-${ID}\\.scope$`), "containerd"],
  // If containerd uses folders, and its caller uses systemd.
  [RegExp(`^[^/]+\\.slice:cri-containerd:${ID}$`), "containerd"],
  [RegExp(`^crio-(?:conmon-)?${ID}(?:\\.scope)?$`), "cri-o"],
  [RegExp(`^libpod-(?:conmon-|payload-)?${ID}(?:\\.scope)?$`), "podman"],
  [/^lxc\.payload\.([^/]+)$/, "lxc"],
];

/** Names that show the runtime only together with the path above them. */
const containersIn: readonly (readonly [parent: RegExp, pattern: RegExp, runtime: string])[] = [
  [/^\/docker$/, RegExp(`^${ID}$`), "docker"],
  [/^\/lxc(?:\.payload)?$/, /^([^/]+)$/, "lxc"],
  [/^\/libpod_parent$/, RegExp(`^libpod-${ID}$`), "podman"],
  [/\/machine\.slice$/, /^machine-([^/]+)\.scope$/, "nspawn"],
  [/\/machine\.slice$/, /^systemd-nspawn@([^/]+)\.service$/, "nspawn"],
  [/^\/kubepods(?:\/(?:burstable|besteffort))?\/pod[0-9a-f-]+$/, RegExp(`^${ID}$`), "kubernetes"],
];

/** The container runtimes that can be recognized, and whether their containers have names instead of hexadecimal ids. */
export const containerRuntimes: readonly { readonly name: string; readonly hasNames: boolean }[] = [
  ...new Set([...containerNames, ...containersIn].map((form) => form.at(-1) as string)),
].map((name) => ({
  name,
  hasNames: [...containerNames, ...containersIn].some(
    (form) => form.at(-1) === name && !(form.at(-2) as RegExp).source.includes(ID),
  ),
}));

/**
 * Folders that runtimes without systemd create in the root, where only root can create any, and the folders they create
 * in them.
 */
const runtimeFolders =
  /^\/(?:docker|lxc|lxc\.payload|libpod_parent|kubepods(?:\/(?:burstable|besteffort))?(?:\/pod[0-9a-f-]+)?)$/;

/**
 * Parses a control group's path as systemd does (systemd.slice(5)): slices, then a unit. The groups below a unit, and
 * their names, are chosen by whoever owns the unit.
 * @param path from the root as this process sees it, as in /proc/PID/cgroup
 */
export function readControlGroup(path: string): ControlGroup {
  let above = "";
  let unit: string | undefined;
  let userUnit: string | undefined;
  let container: Container | undefined;
  /** Whether only root can have created the next part. */
  let isRoots = true;
  for (const name of path.split("/").slice(1)) {
    container ??= containerCalled(name, above, isRoots);
    if (/\.(?:service|scope)$/.test(name)) {
      if (isRoots) unit = name;
      else if (isUserManager(unit)) userUnit ??= name;
    }
    above += `/${name}`;
    isRoots &&= name.endsWith(".slice") || runtimeFolders.test(above);
  }
  return {
    ...present({ container, unit, userUnit }),
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

/** Returns whether a unit is a user's systemd instance: `user@1000.service`. */
function isUserManager(unit: string | undefined): boolean {
  return unit !== undefined && /^user@\d+\.service$/.test(unit);
}
