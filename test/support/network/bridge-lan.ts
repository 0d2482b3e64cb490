import { type ChildProcess, firstOutput, spawn } from "../process/child-process.js";
import { ip, sh } from "./namespace.js";

/** The card of a host on the LAN: a veth, which has no filter, or a macvlan, which filters groups. */
export type CardKind = "veth" | "macvlan" | "passthru";

/** Hosts in namespaces of their own on a bridge, `br0` with 10.66.0.1/24, in the caller's namespace. */
export class BridgeLan implements Disposable {
  readonly #holders: ChildProcess[] = [];

  private constructor() {}

  static async create(cards: readonly CardKind[]): Promise<BridgeLan> {
    const lan = new BridgeLan();
    ip("link add br0 type bridge");
    ip("link set br0 up");
    ip("addr add 10.66.0.1/24 dev br0");
    for (const card of cards) await lan.#addHost(card);
    return lan;
  }

  /** Returns a host's address: 10.66.0.2 and following. */
  address(host: number): string {
    return `10.66.0.${host + 2}`;
  }

  /** Runs a command on a host. Hosts are numbered from 0. */
  sh(host: number, line: string): string {
    return sh(`nsenter -t ${this.#holders[host]?.pid} -n ${line}`);
  }

  /** Starts a program on a host. */
  spawn(host: number, program: string, ...args: string[]): ChildProcess {
    return spawn("nsenter", ["-t", `${this.#holders[host]?.pid}`, "-n", program, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  async #addHost(card: CardKind): Promise<void> {
    const number = this.#holders.length;
    const holder = spawn("unshare", ["--net", "sh", "-c", "echo; exec sleep 1000"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await firstOutput(holder);
    this.#holders.push(holder);
    ip(`link add port${number} type veth peer name card${number}`);
    ip(`link set port${number} master br0 up`);
    if (card !== "veth") {
      ip(`link set card${number} up`);
      ip(
        `link add link card${number} name mv${number} type macvlan mode ${card === "macvlan" ? "bridge" : card}`,
      );
    }
    ip(`link set ${card === "veth" ? "card" : "mv"}${number} netns ${holder.pid}`);
    this.sh(number, `ip link set ${card === "veth" ? "card" : "mv"}${number} name eth0`);
    this.sh(number, `ip addr add ${this.address(number)}/24 dev eth0`);
    this.sh(number, "ip link set eth0 up");
  }

  [Symbol.dispose](): void {
    for (const holder of this.#holders) holder.kill("SIGKILL");
    ip("link del br0");
  }
}
