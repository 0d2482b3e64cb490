import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execFileSync, spawnSync } from "../process/child-process.js";

/** QEMU's network cards that Debian's kernel has drivers for, and the modules that they need, in order. */
const cards = {
  e1000: ["e1000"],
  "virtio-net": [
    "failover",
    "net_failover",
    "virtio_ring",
    "virtio",
    "virtio_pci_legacy_dev",
    "virtio_pci_modern_dev",
    "virtio_pci",
    "virtio_net",
  ],
  rtl8139: ["mii", "8139cp"],
} as const;
export type Card = keyof typeof cards;
/** The modules that every machine has besides. */
const common = ["macvlan"];

/** The beginning of the line that ends a command's output. The command's exit status follows. */
export const END = "@@end";

/**
 * Boots to a shell on the serial console, which reads one command per line. One shell runs all of them, because
 * emulated processes start slowly. `counts` prints how many IPv4 packets arrived, and how many frames in all arrived at
 * the card.
 */
const init = `#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
for module in $(cat /modules/list); do insmod /modules/$module.ko; done
echo 0 > /proc/sys/kernel/printk
for try in $(seq 100); do test -e /sys/class/net/eth0 && break; sleep 0.1; done
counts() {
  { read -r names; read -r name forwarding ttl packets rest; } < /proc/net/snmp
  read -r frames < /sys/class/net/eth0/statistics/rx_packets
  echo $packets $frames
}
stty -echo -onlcr
# The boot loader doesn't end its last line.
echo
echo ${END} 0
while read -r line; do eval "$line" 2>&1; echo "${END} $?"; done
`;

/** This file is in build/test/support/virtual-machine when it runs. */
const cache = fileURLToPath(new URL("../../../../node_modules/.cache/promisc-test", import.meta.url));

/** What is needed to boot a machine with a kind of card. */
export interface GuestKernel {
  readonly kernel: string;
  /** The first file system: busybox, the modules, and the script. */
  readonly initrd: string;
}

/**
 * Downloads and unpacks Debian's kernel if necessary, which is 70 MB and takes ten seconds. Tests that run at the same
 * time may both do so.
 */
export function guestKernel(card: Card): GuestKernel {
  const folder = cached("kernel", [cards, common, init], prepare);
  return { kernel: join(folder, "vmlinuz"), initrd: join(folder, `${card}.initrd`) };
}

/**
 * Returns a folder that stays from run to run.
 * @param contents what `prepare`, which fills a new folder, depends on
 */
export function cached(name: string, contents: unknown, prepare: (folder: string) => void): string {
  const hash = createHash("sha256").update(JSON.stringify(contents)).digest("hex");
  const folder = join(cache, `${name}-${hash.slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const beside = mkdtempSync(join(cache, "making-"));
  try {
    prepare(beside);
    renameSync(beside, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
  return folder;
}

export const stdio: ["ignore", "ignore", "pipe"] = ["ignore", "ignore", "pipe"];

/** Debian's packages can't be downloaded on this machine. */
export class NoGuestKernel extends Error {}

/**
 * Downloads the kernel's package and unpacks it below a folder.
 * @returns the package's name, such as `linux-image-6.1.0-56-amd64`
 */
export function unpackKernel(folder: string): string {
  let name: string | undefined;
  try {
    // A machine may have all peers, but no list of the archive's packages.
    if (!packageOfKernel()) execFileSync("apt-get", ["update", "-qq"], { stdio });
    name = packageOfKernel();
    if (!name) throw new Error("apt knows no linux-image-amd64");
    download(name, folder);
  } catch (error) {
    throw new NoGuestKernel(`${(error as Error).message.trim().split("\n").at(-1)}`);
  }
  unpack(folder);
  return name;
}

/** Downloads one of Debian's packages into a folder. */
export function download(name: string, folder: string): void {
  const options = { cwd: folder, stdio };
  execFileSync("apt-get", ["download", "-qq", "-o", "APT::Sandbox::User=root", name], options);
}

/** Unpacks the packages that were downloaded into a folder below its folder `tree`, and deletes them. */
export function unpack(folder: string): void {
  for (const archive of readdirSync(folder).filter((each) => each.endsWith(".deb"))) {
    execFileSync("dpkg", ["-x", archive, "tree"], { cwd: folder, stdio });
    rmSync(join(folder, archive));
  }
}

function packageOfKernel(): string | undefined {
  const { stdout } = spawnSync("apt-cache", ["depends", "linux-image-amd64"], { encoding: "utf8" });
  return /Depends: (linux-image-\S+)/.exec(stdout)?.[1];
}

function prepare(folder: string): void {
  unpackKernel(folder);
  const modules = takeKernel(folder);
  for (const [card, wanted] of Object.entries(cards))
    makeInitrd(folder, card, { init, wanted: [...wanted, ...common], modules });
  rmSync(join(folder, "tree"), { recursive: true });
}

/** Moves an unpacked kernel to the file `vmlinuz` of its folder, and returns its {@link modulesBelow}. */
export function takeKernel(folder: string): Map<string, string | undefined> {
  const boot = readdirSync(join(folder, "tree/boot")).find((each) => each.startsWith("vmlinuz")) ?? "";
  renameSync(join(folder, "tree/boot", boot), join(folder, "vmlinuz"));
  return modulesBelow(join(folder, "tree"));
}

/** Returns the path of each module of an unpacked kernel, or undefined for modules that are built in. */
function modulesBelow(tree: string): Map<string, string | undefined> {
  const modules = new Map<string, string | undefined>();
  for (const path of readdirSync(tree, { recursive: true }) as string[]) {
    const name = basename(path).replace(/\.ko(\.xz)?$/, "");
    if (name !== basename(path)) modules.set(name, join(tree, path));
    if (name === "modules.builtin")
      for (const line of readFileSync(join(tree, path), "utf8").split("\n"))
        modules.set(basename(line, ".ko"), undefined);
  }
  return modules;
}

interface InitrdContents {
  /** The script that runs first. */
  readonly init: string;
  /** The names of modules that are loaded, in order. */
  readonly wanted: readonly string[];
  /** The result of {@link modulesBelow}. */
  readonly modules: ReadonlyMap<string, string | undefined>;
  /** The names of modules that are there and aren't loaded. */
  readonly others?: readonly string[];
}

/** Makes a machine's first file system, `NAME.initrd` of a folder. */
export function makeInitrd(
  folder: string,
  name: string,
  { init, wanted, modules, others = [] }: InitrdContents,
): void {
  const root = join(folder, "root");
  for (const each of ["bin", "proc", "sys", "dev", "modules"])
    mkdirSync(join(root, each), { recursive: true });
  const busybox = execFileSync("sh", ["-c", "command -v busybox"], { encoding: "utf8" }).trim();
  copyFileSync(busybox, join(root, "bin/busybox"));
  const loaded: string[] = [];
  for (const module of [...wanted, ...others]) {
    if (!modules.has(module)) throw new Error(`the kernel has no module ${module}`);
    const file = modules.get(module);
    if (!file) continue;
    if (wanted.includes(module)) loaded.push(module);
    const command = file.endsWith(".xz") ? "xzcat" : "cat";
    const contents = execFileSync("busybox", [command, file], { maxBuffer: 1 << 26 });
    writeFileSync(join(root, `modules/${module}.ko`), contents);
  }
  writeFileSync(join(root, "modules/list"), loaded.join("\n"));
  writeFileSync(join(root, "init"), init);
  chmodSync(join(root, "init"), 0o755);
  execFileSync("sh", ["-c", `find . | busybox cpio -o -H newc > ../${name}.initrd`], { cwd: root, stdio });
  rmSync(root, { recursive: true });
}
