import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execFileSync } from "../process/child-process.js";
import {
  cached,
  download,
  END,
  makeInitrd,
  stdio,
  takeKernel,
  unpack,
  unpackKernel,
} from "./guest-kernel.js";
import { VirtualMachine } from "./virtual-machine.js";

/** The modules that the machine needs, in order. */
const wanted = [
  ...["virtio_ring", "virtio", "virtio_pci_legacy_dev", "virtio_pci_modern_dev", "virtio_pci"],
  ...["netfs", "fscache", "9pnet", "9p", "9pnet_virtio"],
  ...["veth", "af_packet_diag"],
];

/** The module's file in the machine. Nothing loads it without being asked to. */
export const XDP_DIAG_MODULE = "/run/xsk_diag.ko";

/**
 * Boots to a shell on the serial console, below `/host`, where this machine's files are. The machine can't change them,
 * and has no network.
 */
const init = `#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t devtmpfs devtmpfs /dev
for module in $(cat /modules/list); do insmod /modules/$module.ko; done
echo 0 > /proc/sys/kernel/printk
mkdir /host
mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=262144 host /host
mount -t proc proc /host/proc
mount -t sysfs sysfs /host/sys
mount -t devtmpfs devtmpfs /host/dev
mount -t tmpfs tmpfs /host/run
cp /modules/xsk_diag.ko /host${XDP_DIAG_MODULE}
stty -echo -onlcr
echo
echo ${END} 0
while read -r line; do eval "$line" 2>&1; echo "${END} $?"; done
`;

/**
 * Boots Debian's kernel in a machine that sees this one's files. Debian configures its kernel without XDP_DIAG, so the
 * module is built from Debian's sources of the same kernel. This needs gcc-12 and make, and downloads 230 MB at first.
 */
export function bootXdpDiagMachine(): Promise<VirtualMachine> {
  const folder = cached("xdp-diag", [wanted, init], prepare);
  const kernel = { kernel: join(folder, "vmlinuz"), initrd: join(folder, "xdp-diag.initrd") };
  return VirtualMachine.bootWith(kernel, {
    m: "1024",
    fsdev: "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap",
    device: "virtio-9p-pci,fsdev=host,mount_tag=host",
  });
}

function prepare(folder: string): void {
  const image = unpackKernel(folder);
  const headers = image.replace("image", "headers");
  const [, version = ""] = /^linux-image-(\d+\.\d+)/.exec(image) ?? [];
  const source = `linux-source-${version}`;
  const others = [headers, headers.replace("amd64", "common"), `linux-kbuild-${version}`, source];
  for (const each of others) download(each, folder);
  unpack(folder);
  const module = buildModule(folder, join("tree/usr/src", headers), source);
  const modules = takeKernel(folder).set("xsk_diag", module);
  makeInitrd(folder, "xdp-diag", { init, wanted, modules, others: ["xsk_diag"] });
  for (const each of ["tree", "module"]) rmSync(join(folder, each), { recursive: true });
}

/** Builds the kernel's module for XDP_DIAG, and returns its path. */
function buildModule(folder: string, headers: string, source: string): string {
  const archive = join("tree/usr/src", `${source}.tar.xz`);
  execFileSync("/usr/bin/tar", ["-xJf", archive, `${source}/net/xdp`], { cwd: folder, stdio });
  const module = join(folder, "module");
  mkdirSync(module);
  for (const file of readdirSync(join(folder, source, "net/xdp")).filter((each) => /\.[ch]$/.test(each)))
    renameSync(join(folder, source, "net/xdp", file), join(module, file));
  rmSync(join(folder, source), { recursive: true });
  writeFileSync(join(module, "Makefile"), "obj-m := xsk_diag.o\n");
  // The package expects to be installed.
  const makefile = join(folder, headers, "Makefile");
  writeFileSync(makefile, readFileSync(makefile, "utf8").replace("/usr/src", join(folder, "tree/usr/src")));
  execFileSync("/usr/bin/make", ["-C", join(folder, headers), `M=${module}`, "modules"], { stdio });
  execFileSync("/usr/bin/strip", ["-g", "xsk_diag.ko"], { cwd: module, stdio });
  return join(module, "xsk_diag.ko");
}
