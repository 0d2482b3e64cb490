import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import type { Duplex } from "node:stream";
import { checkOptions, type OptionKinds } from "../check-options.js";
import { descriptorPath } from "../linux/ffi/file-descriptor.js";
import { NETNS_RUN_DIR } from "../linux/namespace/named-namespaces.js";
import { childrenOf } from "../linux/process/process-list.js";
import type { LabHost } from "./host.js";
import type { Lan } from "./lan.js";

/** The environment variable that every command of a LAN has: the host that it runs on. */
const MARK = "PROMISC_LAB";

/**
 * A script for sh(1) with a host's name and a command to become. It mounts /sys anew, because /sys shows the network of
 * the process that mounted it. Where containers forbid that, or changing the host name, the command runs without it.
 */
const onHost = `
mount -t sysfs sysfs /sys 2>/dev/null
hostname "$1" 2>/dev/null
export ${MARK}="$1"
shift
command -v "$1" >/dev/null || { printf 'promisc: cannot run %s: not found\\nname a program that is installed\\n' "$1" >&2; exit 127; }
exec "$@"`;

/**
 * A script for sh(1), the first process of a PID namespace. It binds the hosts' namespaces to their names and runs a
 * command. Each host is given as NAME=FILE, where FILE is an open file of its namespace. No process outlives the
 * command or the LAN. The script asks through descriptor 3 before it runs the command, because unshare(1) may have been
 * killed before it could set up that the script ends with it.
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

/** Reports whether this process is a command of a LAN, and can therefore run others on the hosts of the same LAN. */
export function isInRoom(): boolean {
  return process.env[MARK] !== undefined;
}

/** Options of {@link createRoom}. */
export interface RoomOptions {
  /** The host on which the command runs. */
  readonly host: LabHost;
  /** The command and its arguments. */
  readonly command: readonly string[];
  /** A directory in which programs are also searched for. */
  readonly path?: string;
  /** Whether the command inherits this process's standard streams, the default, or has pipes. */
  readonly stdio?: "inherit" | "pipe";
}

const roomOptions: OptionKinds<RoomOptions> = {
  host: "any",
  command: "strings",
  path: "string?",
  stdio: ["inherit", "pipe"],
};

/**
 * Runs a command on a host of a LAN, in a room of its own: see {@link Room}.
 *
 *     const room = createRoom(lan, { host: lan.host(3), command: ["bash"] });
 *     await once(room.process, "exit");
 */
export function createRoom(lan: Lan, options: RoomOptions): Room {
  checkOptions("createRoom", options, roomOptions);
  const { host, command, path = "", stdio = "inherit" } = options;
  return new Room(lan, host, command, path, stdio);
}

/**
 * A command on a host of a LAN, for interactive work. There, all hosts have names for `ip netns exec`, `/sys` shows the
 * host's own network, and `/proc` shows the processes of the LAN. All of these processes are killed when the command or
 * this process ends.
 */
export class Room {
  /** Exits with the status of the command. */
  readonly process: ChildProcess;
  readonly #channel: Duplex;
  #isReady = false;

  /** @param path a directory in which programs are also searched for */
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
    // The process has ended and needs no answer any more.
    this.#channel.on("error", () => {});
    this.process.once("exit", () => this.#channel.destroy());
  }

  /**
   * Sends a signal to the command. Before the command runs, the signal ends the room. The processes in between don't
   * forward signals, and the first process of a PID namespace ignores those that it doesn't handle.
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

  /**
   * Ends all processes of the room, even if this kernel doesn't list the children of a process (CONFIG_PROC_CHILDREN).
   */
  #end(): void {
    this.#channel.destroy();
    this.process.kill("SIGKILL");
  }
}

/** Returns the hosts of the LAN that this process is a command of. */
export function hostsOfRoom(): string[] {
  return readdirSync(NETNS_RUN_DIR).sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/** Starts a command on another host of the LAN that this process is a command of. */
export function spawnFromRoom(host: string, command: readonly string[], stdio: StdioOptions): ChildProcess {
  const unshare = ["unshare", "--mount", "--uts", "sh", "-c", onHost, "sh"];
  return spawn("nsenter", [`--net=${NETNS_RUN_DIR}/${host}`, ...unshare, host, ...command], { stdio });
}
