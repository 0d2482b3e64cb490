import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { dirname } from "node:path";
import { PromiscError, usageError } from "../../errors.js";
import { type ExperimentStep, experiment } from "../../lab/experiment.js";
import type { LabHost } from "../../lab/host.js";
import { createLan, type Lan, MOST_LAN_HOSTS } from "../../lab/lan.js";
import { type NicKind, nicKindOf } from "../../lab/nic/models.js";
import { createRoom, hostsOfRoom, isInRoom, spawnFromRoom } from "../../lab/room.js";
import { runInUserNamespace } from "../../linux/namespace/run-in-user-namespace.js";
import { SignalRelay } from "../../linux/process/signal-relay.js";
import { present } from "../../present.js";
import { printable } from "../format/text.js";
import { numberOption } from "../option/number-option.js";
import { exitStatus } from "../output/report-error.js";
import { hasColour, write, writeJson } from "../output/write.js";
import type { OptionsOf } from "../program.js";
import { endingSignals } from "../signals.js";

type LabOptions = OptionsOf<"lab">;

const usualNic: NicKind = "perfect";

/** Runs the demonstration on a new LAN. The exit status is 1 if a claim was not confirmed. */
export async function lab(options: LabOptions): Promise<void> {
  if (isDoneInUserNamespace()) return;
  using lan = openLan(options, 3);
  const steps: ExperimentStep[] = [];
  const promisc = [process.execPath, process.argv[1] as string] as const;
  const isSwitched = options.switch ?? false;
  if (!options.json) write(1, `${describeLan(lan, options)}\n`);
  for await (const step of experiment(lan, { isSwitched, hasFilter: options.nic !== "none", promisc })) {
    steps.push(step);
    if (!step.confirmed) process.exitCode = exitStatus.finding;
    if (!options.json) write(1, `${describeStep(step, steps.length)}\n`);
  }
  const confirmed = steps.every((step) => step.confirmed);
  if (options.json) writeJson({ confirmed, nic: options.nic ?? usualNic, switch: isSwitched, steps });
  else write(1, `\n${confirmed ? "Everything was as claimed." : "Something was not as claimed."}\n`);
}

/**
 * If this user may not create a LAN here, runs this command again in a user namespace, and takes over its exit status.
 */
function isDoneInUserNamespace(): boolean {
  const status = runInUserNamespace([process.execPath, ...process.argv.slice(1)], "make a LAN");
  if (status !== undefined) process.exitCode = status;
  return status !== undefined;
}

/** A command and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/**
 * Runs a command on a host of a new LAN that exists as long as the command runs. When called from a command of such a
 * LAN, it runs the command on a host of that LAN instead.
 */
export async function labExec(
  host: string,
  command: Command,
  options: LabOptions,
  { isShell = false }: { readonly isShell?: boolean } = {},
): Promise<void> {
  if (isInRoom()) {
    process.exitCode = await runFromRoom(host, command, options);
    return;
  }
  if (isDoneInUserNamespace()) return;
  using lan = openLan(options, 2);
  const chosen = lan.host(host);
  write(2, `${describeLan(lan, options)}\n${chosen.name} runs ${printable(command.join(" "))}\n`);
  if (isShell) write(2, `${adviceInShell(lan, chosen)}\n`);
  const programs = dirname(process.argv[1] as string);
  const room = createRoom(lan, { host: chosen, command, path: programs });
  process.exitCode = await endOf(room.process, (signal) => room.send(signal));
}

/** Describes how to use the shell of a host: how to reach the other hosts, and how to leave. */
function adviceInShell(lan: Lan, own: LabHost): string {
  const other = lan.hosts.find((host) => host !== own) ?? own;
  return [
    `On another host: promisc lab exec ${other.name} -- ping -c 1 ${own.ip}`,
    "To leave: exit, or Ctrl-D. The LAN disappears then.",
  ].join("\n");
}

function runFromRoom(
  host: string,
  command: Command,
  { hosts, nic, switch: isSwitch }: LabOptions,
): Promise<number> {
  const names = hostsOfRoom();
  const chosen = names.find((name) => name === host || name === `host${host}`);
  const operation = `run ${command[0]} on ${host}`;
  if (chosen === undefined)
    throw usageError(operation, `the LAN has ${names.join(", ")}`, "name one of them");
  if (hosts !== undefined || nic !== undefined || isSwitch)
    throw usageError(
      operation,
      "this LAN already exists",
      "leave out --hosts, --nic and --switch, or leave its shell first",
    );
  const child = spawnFromRoom(chosen, command, "inherit");
  return endOf(child, (signal) => child.kill(signal));
}

/**
 * Waits for a process to exit.
 * @returns the exit status, or 128 plus the number of the signal that ended it
 */
async function endOf(child: ChildProcess, send: (signal: NodeJS.Signals) => void): Promise<number> {
  using _relay = new SignalRelay(endingSignals(), send);
  const [status, signal] = (await once(child, "exit").catch((cause: Error) => {
    throw new PromiscError({
      code: "platform",
      operation: "run a command on a host",
      reason: cause.message,
      hint: "setpriv, unshare and nsenter are needed: install util-linux",
      cause,
    });
  })) as [number | null, NodeJS.Signals | null];
  return status ?? 128 + constants.signals[signal as NodeJS.Signals];
}

function openLan({ hosts = "3", nic, switch: isSwitched = false }: LabOptions, least: number): Lan {
  const count = numberOption("make a LAN", "--hosts", hosts, { least, most: MOST_LAN_HOSTS });
  return createLan({
    hosts: count,
    switch: isSwitched,
    ...present({ nic: nic === undefined ? undefined : nicKindOf(nic) }),
  });
}

function describeLan(lan: Lan, { nic = usualNic, switch: isSwitched }: LabOptions): string {
  const hosts = lan.hosts.slice(0, 8).map(({ name, ip }) => `${name} ${ip}`);
  const more = lan.hosts.length > 8 ? ` and ${lan.hosts.length - 8} more` : "";
  return `A LAN of ${lan.hosts.length} hosts on a ${isSwitched ? "switch" : "hub"}, with ${nic === "none" ? "cards without a filter" : `${nic} cards`}: ${hosts.join(", ")}${more}`;
}

function describeStep(
  { claim, typed, frames, promiscuity, confirmed }: ExperimentStep,
  number: number,
): string {
  const mark = confirmed ? "confirmed" : "NOT CONFIRMED";
  return [
    `\n${paint(1, `${number}. ${claim}`)}`,
    ...typed.flatMap(({ command, printed }) => [
      `   host3$ ${paint(36, command)}`,
      ...printed.split("\n").map((line) => `   ${printable(line)}`),
    ]),
    `   100 frames from host1 to host2: host3's card passed ${frames.passed} and filtered ${frames.filtered}; count ${promiscuity}: ${paint(confirmed ? 32 : 31, mark)}`,
  ]
    .filter((line) => line.trim() !== "")
    .join("\n");
}

/**
 * Adds colour to text.
 * @param style a parameter of ECMA-48's SGR
 */
function paint(style: number, text: string): string {
  return hasColour(1) ? `\x1b[${style}m${text}\x1b[0m` : text;
}
