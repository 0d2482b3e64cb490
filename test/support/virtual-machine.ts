import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { noTun } from "./devices.js";
import { lacking } from "./peer.js";

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

const BOOT_MS = 60_000;
/** What begins the line that ends a command's output. */
const END = "@@end";

/** Boot to a shell on the serial console, whose commands come in lines. */
const init = `#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
for module in $(cat /modules/list); do insmod /modules/$module.ko; done
echo 0 > /proc/sys/kernel/printk
for try in $(seq 100); do test -e /sys/class/net/eth0 && break; sleep 0.1; done
stty -echo -onlcr
# The boot loader leaves its line unfinished.
echo
echo ${END} 0
while read -r line; do sh -c "$line" 2>&1; echo "${END} $?"; done
`;

/** Why a virtual machine can't run here, or false. */
export const noVirtualMachines: string | false =
  noTun ||
  lacking("qemu-system-x86_64", "busybox", "apt-get", "dpkg") ||
  (process.arch === "x64" ? unprepared() : "needs an x86-64 machine");

/** Why there is no kernel to boot, or false. It is downloaded once, and kept for later runs. */
function unprepared(): string | false {
  try {
    prepared();
    return false;
  } catch (error) {
    return `needs a kernel from Debian's packages: ${(error as Error).message.split("\n")[0]}`;
  }
}

/** The folder with the kernel and its modules. */
function prepared(): string {
  const folder = join(tmpdir(), `promisc-test-kernel-${process.getuid?.()}`);
  if (existsSync(folder)) return folder;
  // Made beside it, because another test may do the same at this moment.
  const beside = mkdtempSync(join(tmpdir(), "promisc-test-kernel-"));
  try {
    const depends = execFileSync("apt-cache", ["depends", "linux-image-amd64"], { encoding: "utf8" });
    const name = /Depends: (linux-image-\S+)/.exec(depends)?.[1];
    if (!name) throw new Error("apt knows no linux-image-amd64");
    const quiet = { cwd: beside, stdio: ["ignore", "ignore", "pipe"] as ["ignore", "ignore", "pipe"] };
    execFileSync("apt-get", ["download", "-qq", "-o", "APT::Sandbox::User=root", name], quiet);
    const archive = readdirSync(beside).find((each) => each.endsWith(".deb")) ?? "";
    execFileSync("dpkg", ["-x", archive, "tree"], quiet);
    const boot = readdirSync(join(beside, "tree/boot")).find((each) => each.startsWith("vmlinuz")) ?? "";
    renameSync(join(beside, "tree/boot", boot), join(beside, "vmlinuz"));
    mkdirSync(join(beside, "modules"));
    const wanted = new Set<string>(Object.values(cards).flat());
    for (const path of readdirSync(join(beside, "tree/lib"), { recursive: true }) as string[])
      if (path.endsWith(".ko") && wanted.has(basename(path, ".ko")))
        copyFileSync(join(beside, "tree/lib", path), join(beside, "modules", basename(path)));
    rmSync(join(beside, "tree"), { recursive: true });
    rmSync(join(beside, archive));
    renameSync(beside, folder);
  } catch (error) {
    rmSync(beside, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** A Linux with one network card of QEMU's, `eth0`, on a tap device of the namespace of whoever starts it. */
export class VirtualMachine implements Disposable {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #folder: string;
  #printed = "";
  #wake: (() => void) | undefined;

  private constructor(card: Card, tap: string, mac: string) {
    const kernel = prepared();
    this.#folder = mkdtempSync(join(tmpdir(), "promisc-test-machine-"));
    const archive = makeArchive(kernel, this.#folder, cards[card]);
    const device = card === "virtio-net" ? "virtio-net-pci" : card;
    this.#process = spawn(
      "setpriv",
      [
        ...[
          "--pdeathsig",
          "KILL",
          "--",
          "qemu-system-x86_64",
          "-accel",
          "tcg",
          "-machine",
          "pc",
          "-m",
          "192",
        ],
        ...["-nodefaults", "-nographic", "-no-reboot", "-serial", "stdio"],
        ...["-kernel", join(kernel, "vmlinuz"), "-initrd", archive],
        "-append",
        "console=ttyS0 quiet mitigations=off tsc=reliable net.ifnames=0 panic=-1 rdinit=/init",
        ...["-netdev", `tap,id=n0,ifname=${tap},script=no,downscript=no`],
        ...["-device", `${device},netdev=n0,mac=${mac},romfile=`],
      ],
      { stdio: ["pipe", "pipe", "pipe"] },
    );
    this.#process.stderr.on("data", (text) => {
      this.#printed += text;
    });
    this.#process.stdout.on("data", (text) => {
      this.#printed += text;
      this.#wake?.();
    });
    this.#process.on("exit", () => this.#wake?.());
  }

  /** @param tap a device that is there, and up */
  static async boot(card: Card, tap: string, mac: string): Promise<VirtualMachine> {
    const machine = new VirtualMachine(card, tap, mac);
    await machine.#ended(BOOT_MS);
    return machine;
  }

  /** Runs a shell command, and returns what it printed. Throws if it fails. */
  async run(command: string): Promise<string> {
    this.#printed = "";
    this.#process.stdin.write(`${command}\n`);
    const { status, printed } = await this.#ended(BOOT_MS);
    if (status !== 0)
      throw new Error(`in the virtual machine: ${command}: exit status ${status}: ${printed}`);
    return printed;
  }

  /** Brings its card up, and waits for the carrier. */
  async bringUp(): Promise<void> {
    await this.run("ip link set eth0 up; until grep -q up /sys/class/net/eth0/operstate; do sleep 0.1; done");
  }

  /** How many frames its kernel has received, whatever became of them: the first column of softnet_stat. */
  async received(): Promise<number> {
    return Number.parseInt(await this.run("cat /proc/net/softnet_stat"), 16);
  }

  async #ended(patience: number): Promise<{ status: number; printed: string }> {
    const deadline = performance.now() + patience;
    for (;;) {
      const found = new RegExp(`^${END} (\\d+)\\r?\\n`, "m").exec(this.#printed);
      if (found)
        return {
          status: Number(found[1]),
          printed: this.#printed.slice(0, found.index).replaceAll("\r", "").trim(),
        };
      const left = deadline - performance.now();
      if (left <= 0 || this.#process.exitCode !== null)
        throw new Error(`the virtual machine doesn't answer: ${this.#printed.slice(-500)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  [Symbol.dispose](): void {
    this.#process.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The first file system of the machine: busybox, the modules, and what is run. */
function makeArchive(kernel: string, folder: string, modules: readonly string[]): string {
  const root = join(folder, "root");
  for (const each of ["bin", "proc", "sys", "dev", "modules"])
    mkdirSync(join(root, each), { recursive: true });
  copyFileSync(
    execFileSync("sh", ["-c", "command -v busybox"], { encoding: "utf8" }).trim(),
    join(root, "bin/busybox"),
  );
  for (const module of modules)
    copyFileSync(join(kernel, "modules", `${module}.ko`), join(root, `modules/${module}.ko`));
  writeFileSync(join(root, "modules/list"), modules.join("\n"));
  writeFileSync(join(root, "init"), init);
  chmodSync(join(root, "init"), 0o755);
  const archive = join(folder, "initrd");
  execFileSync("sh", ["-c", `find . | busybox cpio -o -H newc > ${archive}`], { cwd: root, stdio: "ignore" });
  return archive;
}
