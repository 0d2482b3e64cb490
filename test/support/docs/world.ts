import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { noNamespaces, noOtherUsers } from "../network/namespace.js";
import { spawn } from "../process/child-process.js";
import { noTcpdump } from "../process/holding-processes.js";
import { lacking } from "../process/peer.js";
import { root } from "./pages.js";

/** Why the documentation's commands can't be run here, or false. */
export const noWorld: string | false =
  noNamespaces ||
  noOtherUsers ||
  noTcpdump ||
  lacking("ip", "setpriv", "unshare", "mount", "python3", "ping");

/** How to run a command. All texts are shell commands, which are run as root in the same namespaces. */
export interface Step {
  /** What to run before the command. */
  readonly before?: string;
  /** What to run instead of a command that can't run here as it is written. */
  readonly instead?: string;
  /** What a command that runs until it is interrupted prints when it is ready. */
  readonly ready?: string;
  /** What to run while such a command runs. `$out` is the file with its output. */
  readonly meanwhile?: string;
  /** Whether such a command then ends by itself. By default it is sent SIGINT. */
  readonly ends?: boolean;
  /** The standard input. */
  readonly input?: string;
}

/** The result of a command. */
export interface Result {
  readonly status: number;
  /** Standard output and standard error, in the order in which they were written. */
  readonly lines: readonly string[];
}

/** The number of the ordinary user alice. */
const UID = 61_234;

/**
 * What the shell runs first. It closes the pipes of Node.js because they are sockets, through which promisc would find the
 * network namespace of this process.
 */
const PRELUDE = `
exec </dev/null >said 2>&1
set -u
export W="$PWD" HOME="$PWD" SHELL=/bin/bash LC_ALL=C
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /run
mkdir /run/netns
for each in passwd group; do
  cp /etc/$each $each
  mount --bind $each /etc/$each
done
echo 'alice:x:${UID}:${UID}::/:/bin/sh' >>/etc/passwd
echo 'alice:x:${UID}:' >>/etc/group
echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad 2>/dev/null

# Runs a command as alice. alice's shell expands what follows sudo, and then root runs it.
as_user() { setpriv --reuid ${UID} --regid ${UID} --clear-groups env PATH="$W/user-bin:$PATH" bash -c "$1"; }
execute() {
  case $1 in
    "sudo "*)
      as_user "$1"
      exec env SUDO_USER=alice SUDO_UID=${UID} SUDO_GID=${UID} bash -c "exec $(cat "$W/asked")" ;;
    *) exec setpriv --reuid ${UID} --regid ${UID} --clear-groups bash -c "$1" ;;
  esac
}
wait_for() {
  tries=0
  until grep -qF -- "$2" "$1" 2>/dev/null; do
    tries=$((tries + 1))
    if [ $tries -gt 400 ]; then
      echo "waited for $2 in vain" >>"$1"
      return 1
    fi
    sleep 0.025
  done
}
status=0
`;

/** The working directory of the examples. Programs in its folder bin come first on their path. */
class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "promisc-docs-"));

  constructor() {
    chmodSync(this.path, 0o777);
    this.#command("user-bin/sudo", `printf '%q ' "$@" >"$W/asked"`);
    // Programs in the examples that stand for any program.
    this.#command("bin/suricata", "exit 0");
    this.#command("bin/logger", `printf '%s\\n' "$1" >>"$W/logged"`);
  }

  #command(name: string, script: string): void {
    const path = join(this.path, name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, `#!/bin/bash\n${script}\n`);
    chmodSync(path, 0o755);
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), "utf8");
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/**
 * Runs commands one after the other in network, mount and PID namespaces of their own. A command that begins with `sudo` runs
 * as root, and any other as an ordinary user.
 * @param setUp shell commands that are run first, as root
 */
export async function runInWorld(
  setUp: string,
  commands: readonly (readonly [command: string, step: Step])[],
): Promise<Result[]> {
  using folder = new Folder();
  const script = `${PRELUDE}\n${setUp}\n${commands.map(([command, step], index) => stepScript(index, command, step)).join("\n")}`;
  writeFileSync(join(folder.path, "script"), script);
  const world = spawn(
    "unshare",
    ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "script"],
    {
      cwd: folder.path,
      env: { ...process.env, PATH: `${folder.path}/bin:${root}/bin:${process.env["PATH"]}` },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  await once(world, "close");
  return commands.map(([command], index) => {
    try {
      const lines = folder.read(`${index}.out`).split("\n").slice(0, -1);
      return { status: Number(folder.read(`${index}.status`)), lines };
    } catch {
      throw new Error(`${command}: was not run\n${folder.read("said")}`);
    }
  });
}

function stepScript(index: number, command: string, step: Step): string {
  const { before = "", instead = command, ready, meanwhile = "", ends = false, input = "" } = step;
  const line = quote(instead);
  const begin = `${before}\nout="$W/${index}.out"\nprintf %s ${quote(input)} >"$W/${index}.in"`;
  const end = `status=$?\necho $status >"$W/${index}.status"`;
  if (instead === "echo $?") return `${begin}\necho $status >$out\n${end}`;
  if (ready === undefined) return `${begin}\n(execute ${line}) <"$W/${index}.in" >$out 2>&1\n${end}`;
  return `${begin}
: >$out
(execute ${line}) </dev/null >>$out 2>&1 &
pid=$!
wait_for $out ${quote(ready)}
${meanwhile}
${ends ? "" : "kill -INT $pid"}
wait $pid
${end}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
