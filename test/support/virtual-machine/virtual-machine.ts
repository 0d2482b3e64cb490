import { dieWithParent } from "../../../src/linux/process/die-with-parent.js";
import { noTun } from "../network/devices.js";
import { type ChildProcessWithoutNullStreams, spawn } from "../process/child-process.js";
import { lacking } from "../process/peer.js";
import { type Card, END, type GuestKernel, guestKernel, NoGuestKernel } from "./guest-kernel.js";

const PATIENCE_MS = 120_000;

/** Why a virtual machine can't run on this machine, or false. */
export const noVirtualMachines: string | false =
  noTun ||
  lacking("qemu-system-x86_64", "busybox", "apt-get", "dpkg", "setpriv") ||
  (process.arch === "x64" ? noKernel() : "needs an x86-64 machine");

/** Returns why there is no kernel to boot, or false. */
function noKernel(): string | false {
  try {
    guestKernel("e1000");
    return false;
  } catch (error) {
    // Any other error is a fault of the preparation itself, and must make the tests fail.
    if (error instanceof NoGuestKernel) return `needs a kernel from Debian's packages: ${error.message}`;
    throw error;
  }
}

/** A Linux system with one of QEMU's network cards, `eth0`, on a tap device of the caller's namespace. */
export class VirtualMachine implements Disposable {
  readonly #process: ChildProcessWithoutNullStreams;
  #isRunning = true;
  #printed = "";
  #wake: (() => void) | undefined;

  private constructor({ kernel, initrd }: GuestKernel, devices: Record<string, string>) {
    const options = {
      accel: "tcg",
      machine: "pc",
      m: "192",
      serial: "stdio",
      kernel,
      initrd,
      append: "console=ttyS0 quiet mitigations=off tsc=reliable net.ifnames=0 panic=-1 rdinit=/init",
      ...devices,
    };
    const [command = "", ...first] = dieWithParent();
    this.#process = spawn(command, [
      ...[...first, "qemu-system-x86_64", "-nodefaults", "-nographic", "-no-reboot"],
      ...Object.entries(options).flatMap(([name, value]) => [`-${name}`, value]),
    ]);
    const take = (text: Buffer): void => {
      this.#printed += text.toString("latin1");
      this.#wake?.();
    };
    this.#process.stdout.on("data", take);
    this.#process.stderr.on("data", take);
    // Reads report that the machine has ended.
    this.#process.stdin.on("error", () => {});
    this.#process.on("exit", () => {
      this.#isRunning = false;
      this.#wake?.();
    });
  }

  /** @param tap the name of a tap device that is up */
  static boot(card: Card, tap: string, mac: string): Promise<VirtualMachine> {
    const device = card === "virtio-net" ? "virtio-net-pci" : card;
    return VirtualMachine.bootWith(guestKernel(card), {
      netdev: `tap,id=n0,ifname=${tap},script=no,downscript=no`,
      device: `${device},netdev=n0,mac=${mac},romfile=`,
    });
  }

  /** @param devices options of QEMU */
  static async bootWith(kernel: GuestKernel, devices: Record<string, string>): Promise<VirtualMachine> {
    const machine = new VirtualMachine(kernel, devices);
    try {
      await machine.#ended();
      return machine;
    } catch (error) {
      machine[Symbol.dispose]();
      throw error;
    }
  }

  /** Runs a shell command of one line, and returns its output. Throws if the command fails. */
  async run(command: string): Promise<string> {
    this.#printed = "";
    this.#process.stdin.write(`${command}\n`);
    const { status, printed } = await this.#ended();
    if (status !== 0)
      throw new Error(`in the virtual machine: ${command}: exit status ${status}: ${printed}`);
    return printed;
  }

  /** Brings the card up, and waits for the carrier. */
  async bringUp(): Promise<void> {
    await this.run("ip link set eth0 up; until grep -q up /sys/class/net/eth0/operstate; do sleep 0.1; done");
  }

  /**
   * Returns how many IPv4 packets the machine's kernel has received, and how many frames the card's driver, which is
   * read second.
   */
  async received(): Promise<{ packets: number; frames: number }> {
    const [packets, frames] = (await this.run("counts")).split(" ").map(Number);
    return { packets: packets ?? Number.NaN, frames: frames ?? Number.NaN };
  }

  async #ended(): Promise<{ status: number; printed: string }> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = new RegExp(`^${END} (\\d+)\\r?\\n`, "m").exec(this.#printed);
      if (found)
        return {
          status: Number(found[1]),
          printed: this.#printed.slice(0, found.index).replaceAll("\r", "").trim(),
        };
      const left = deadline - performance.now();
      if (left <= 0 || !this.#isRunning)
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
  }
}
