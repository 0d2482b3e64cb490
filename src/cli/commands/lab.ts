import { constants } from "node:os";
import { PromiscError } from "../../errors.js";
import { type ExperimentStep, experiment } from "../../lab/experiment.js";
import { createLan, type Lan } from "../../lab/lan.js";
import type { NicKind } from "../../lab/nic/models.js";
import { exitStatus } from "../exit-status.js";
import { printable } from "../format/text.js";
import type { GlobalOptions } from "../global-options.js";
import { hasColour, write, writeJson } from "../output.js";
import { runInUserNamespace } from "../user-namespace.js";

interface LabOptions extends GlobalOptions {
  readonly hosts: string;
  readonly nic: string;
  readonly switch?: boolean;
}

/** Shows the experiment on a LAN of its own; the exit status says whether everything was as claimed. */
export async function lab(options: LabOptions): Promise<void> {
  const status = runInUserNamespace("make a LAN");
  if (status !== undefined) {
    process.exitCode = status;
    return;
  }
  using lan = openLan(options, 3);
  const steps: ExperimentStep[] = [];
  const promisc = [process.execPath, process.argv[1] as string] as const;
  const isSwitched = options.switch ?? false;
  if (!options.json) write(1, `${describeLan(lan, options)}\n`);
  for await (const step of experiment(lan, { isSwitched, hasFilter: options.nic !== "none", promisc })) {
    steps.push(step);
    if (!options.json) write(1, `${describeStep(step, steps.length)}\n`);
  }
  const confirmed = steps.every((step) => step.confirmed);
  if (options.json) writeJson({ confirmed, nic: options.nic, switch: isSwitched, steps });
  else write(1, `\n${confirmed ? "Everything was as claimed." : "Something was not as claimed."}\n`);
  if (!confirmed) process.exitCode = exitStatus.finding;
}

/** A command to be run, and what it is given. */
export type Command = readonly [program: string, ...args: string[]];

/** Runs a command on a host of a LAN that lasts as long as it does. */
export async function labExec(host: string, command: Command, options: LabOptions): Promise<void> {
  const inner = runInUserNamespace("make a LAN");
  if (inner !== undefined) {
    process.exitCode = inner;
    return;
  }
  using lan = openLan(options, 2);
  const [program, ...args] = command;
  const chosen = lan.host(host);
  write(2, `${describeLan(lan, options)}\n${chosen.name} runs ${printable([program, ...args].join(" "))}\n`);
  const child = chosen.spawn(program, args, "inherit");
  // The terminal's Ctrl-C is the command's.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => (signal === "SIGINT" && process.stdin.isTTY ? undefined : child.kill(signal)));
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once("error", (error) =>
      reject(
        new PromiscError({
          code: "usage",
          operation: `run ${program}`,
          reason: error.message,
          hint: "name a program that is installed",
          cause: error,
        }),
      ),
    );
    child.once("exit", (status, signal) => resolve(status ?? 128 + constants.signals[signal as "SIGTERM"]));
  });
}

function openLan({ hosts, nic, switch: isSwitched = false }: LabOptions, least: number): Lan {
  const count = Number(hosts);
  if (count < least)
    throw new PromiscError({
      code: "usage",
      operation: "make a LAN",
      reason: `${hosts} hosts are too few`,
      hint: `give at least ${least}`,
    });
  return createLan({ hosts: count, nic: nic as NicKind, switch: isSwitched });
}

function describeLan(lan: Lan, { nic, switch: isSwitched }: LabOptions): string {
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

/** @param style of ECMA-48's SGR */
function paint(style: number, text: string): string {
  return hasColour(1) ? `\x1b[${style}m${text}\x1b[0m` : text;
}
