import { noOtherUsers } from "../network/namespace.js";
import { type ChildProcess, spawn } from "./child-process.js";
import { lacking } from "./peer.js";

/**
 * Why tcpdump can't run on this machine, or false. In a user namespace with one user it can't give up other users'
 * groups.
 */
export const noTcpdump: string | false = lacking("tcpdump") || noOtherUsers;

/** A process that holds something until it is disposed of. */
export class HoldingProcess implements AsyncDisposable {
  readonly process: ChildProcess;
  readonly #ended: Promise<unknown>;

  private constructor(process: ChildProcess) {
    this.process = process;
    this.#ended = new Promise((resolve) => process.once("exit", resolve));
  }

  /** Starts a command, and waits until it writes `ready` on standard output or error. */
  static async start(command: string, args: readonly string[], ready: string): Promise<HoldingProcess> {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    const holding = new HoldingProcess(child);
    await new Promise<void>((resolve, reject) => {
      let text = "";
      const hear = (chunk: Buffer): void => {
        text += chunk;
        if (text.includes(ready)) resolve();
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      child.once("exit", () => reject(new Error(`${command} ended: ${text}`)));
    });
    return holding;
  }

  /** Starts tcpdump, which stays root, with the given options. See {@link noTcpdump} for where it can run. */
  static tcpdump(...options: string[]): Promise<HoldingProcess> {
    return HoldingProcess.start("tcpdump", ["-Z", "root", "-n", ...options], "listening on");
  }

  /** Starts a Python program that has a packet socket `s` and prints "ready" itself. */
  static python(program: string): Promise<HoldingProcess> {
    return HoldingProcess.start("python3", ["-u", "-c", `${prelude}\n${program}`], "ready");
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill("SIGKILL");
    await this.#ended;
  }
}

const prelude = `
import socket, struct, time, os
MULTICAST, PROMISC, ALLMULTI, UNICAST = range(4)
def packet_socket():
    return socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
def add(s, name, type, address=b""):
    s.setsockopt(263, 1, struct.pack("iHH8s", socket.if_nametoindex(name), type, len(address), address))
def wait():
    print("ready", flush=True)
    time.sleep(60)
`;
