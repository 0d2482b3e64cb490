import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import type { Duplex } from "node:stream";
import { descriptorPath } from "../linux/ffi/file-descriptor.js";
import { NETNS_RUN_DIR } from "../linux/namespace/named-namespaces.js";
import { childrenOf } from "../linux/process/process-list.js";
import type { LabHost } from "./host.js";
import type { Lan } from "./lan.js";

/** In the environment of every command of a LAN: the host that it runs on. */
const MARK = "PROMISC_LAB";

/**
 * For sh(1): a host's name, and a command to become. /sys shows the network of whoever mounted it. Where containers forbid
 * that, or to have another host name, the command does without.
 */
const onHost = `
mount -t sysfs sysfs /sys 2>/dev/null
hostname "$1" 2>/dev/null
export ${MARK}="$1"
shift
command -v "$1" >/dev/null || { printf 'promisc: cannot run %s: not found\\nname a program that is installed\\n' "$1" >&2; exit 127; }
exec "$@"`;

/**
 * For sh(1), the first process of a process namespace: binds the hosts' namespaces to their names and runs a command. Each
 * host is given as NAME=FILE, which its namespace is open as. Processes outlive neither the command nor the LAN. It asks
 * by descriptor 3 before it runs the command: unshare(1) may have been killed before it could see to that.
 */
const inRoom = `
onHost=$1 export PATH="$PATH:$2"
shift 2
[ -d ${NETNS_RUN_DIR} ] || { mount -t tmpfs -o mode=755 tmpfs /run && mkdir ${NETNS_RUN_DIR}; } || exit
mount -t tmpfs -o mode=755 tmpfs ${NETNS_RUN_DIR} || exit
while [ "$1" != -- ]; do
  : >"${NETNS_RUN_DIR}/\${1%=*}" && mount -c --bind "\${1#*=}" "${NETNS_RUN_DIR}/\${1%=*}" || exit
  shift
done
shift
mount -t proc proc /proc 2>/dev/null
echo ready >&3
read -r go <&3 || exit
exec 3>&-
sh -c "$onHost" sh "$@"
exit $?`;

/** Whether this process is a command of a LAN, and so may run others on the same LAN's hosts. */
export function isInRoom(): boolean {
  return process.env[MARK] !== undefined;
}

/**
 * A command on a host of a LAN, for hands-on work: there all hosts have names for `ip netns exec`, `/sys` shows the host's own
 * network, and `/proc` the LAN's own processes. All of these are killed when the command or this process ends.
 */
export class Room {
  /** It ends as the command ends. */
  readonly process: ChildProcess;
  readonly #channel: Duplex;
  #isReady = false;

  /** @param path a directory that programs are also looked for in */
  constructor(lan: Lan, host: LabHost, command: readonly string[], path: string, stdio: "inherit" | "pipe") {
    const names = lan.hosts.map(
      ({ name, namespaceFd }) => `${name}=${descriptorPath(namespaceFd, process.pid)}`,
    );
    const unshare = ["--mount", "--uts", "--pid", "--fork", "--kill-child"];
    const room = ["sh", "-c", inRoom, "sh", onHost, path, ...names];
    const args = [...unshare, ...room, "--", host.name, ...command];
    this.process = host.spawn("unshare", args, [stdio, stdio, stdio, "pipe"]);
    this.#channel = this.process.stdio[3] as Duplex;
    this.#channel.once("data", () => {
      this.#isReady = true;
      this.#channel.end("go\n");
    });
    // It ended, and has nothing to ask any more.
    this.#channel.on("error", () => {});
    this.process.once("exit", () => this.#channel.destroy());
  }

  /**
   * Sends a signal to the command; before it runs, the signal ends the room. Those that stand between pass none on, and the
   * first process of a namespace takes none that it has no use for.
   */
  send(signal: NodeJS.Signals): void {
    const { pid: room } = this.process;
    const commands = this.#isReady && room !== undefined ? childrenOf(room).flatMap(childrenOf) : [];
    if (commands.length === 0) this.#end();
    for (const pid of commands)
      try {
        process.kill(pid, signal);
      } catch {
        // It has just ended.
      }
  }

  /** Also where this kernel doesn't tell of children (CONFIG_PROC_CHILDREN). */
  #end(): void {
    this.#channel.destroy();
    this.process.kill("SIGKILL");
  }
}

/** The hosts of the LAN that this process is a command of. */
export function hostsOfRoom(): string[] {
  return readdirSync(NETNS_RUN_DIR).sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/** Starts a command on another host of the LAN that this process is a command of. */
export function spawnFromRoom(host: string, command: readonly string[], stdio: StdioOptions): ChildProcess {
  const unshare = ["unshare", "--mount", "--uts", "sh", "-c", onHost, "sh"];
  return spawn("nsenter", [`--net=${NETNS_RUN_DIR}/${host}`, ...unshare, host, ...command], { stdio });
}
