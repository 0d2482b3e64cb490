import { CommanderError } from "commander";
import { exitStatus, reportError } from "./output/report-error.js";
import { commands, program } from "./program.js";
import { keepHangupIgnored } from "./signals.js";

// The code of each command is loaded only when the command is used.

commands.show.action(async (names, _options, command) => {
  const { show } = await import("./commands/show.js");
  show(names, command.optsWithGlobals());
});

for (const command of [commands.on, commands.off])
  command.action(async (names, _options, command) => {
    const { set } = await import("./commands/set.js");
    set(names, command.name() === "on", command.optsWithGlobals());
  });

commands.hold.action(async (names, _options, command) => {
  const { hold } = await import("./commands/hold.js");
  await hold(names, command.optsWithGlobals());
});

commands.run.action(async (names, _options, command) => {
  const { run } = await import("./commands/run.js");
  await run(names, commandToRun, command.optsWithGlobals());
});

commands.who.action(async (names, _options, command) => {
  const options = command.optsWithGlobals();
  if (options.all) {
    const { whoAll } = await import("./commands/who-all.js");
    return whoAll(names, options);
  }
  const { who } = await import("./commands/who.js");
  who(names, options);
});

commands.check.action(async (_options, command) => {
  const { checkPromiscuity } = await import("./commands/check.js");
  await checkPromiscuity(command.optsWithGlobals());
});

commands.watch.action(async (names, _options, command) => {
  const { watch } = await import("./commands/watch.js");
  await watch(names, command.optsWithGlobals());
});

commands.capture.action(async (words, _options, command) => {
  const { capture } = await import("./commands/capture.js");
  await capture(words, command.optsWithGlobals());
});

commands.scan.action(async (targets, _options, command) => {
  const { scanHosts } = await import("./commands/scan.js");
  await scanHosts(targets, command.optsWithGlobals());
});

commands.lab.action(async (_options, command) => {
  const { lab } = await import("./commands/lab.js");
  await lab(command.optsWithGlobals());
});

commands.labExec.action(async (host, _options, command) => {
  const { labExec } = await import("./commands/lab.js");
  const [program, ...args] = commandToRun;
  if (program === undefined) command.error("no command is given: name it after --");
  else await labExec(host, [program, ...args], command.optsWithGlobals());
});

commands.labShell.action(async (host, _options, command) => {
  const { labExec } = await import("./commands/lab.js");
  const shell = process.env["SHELL"] ?? "/bin/sh";
  await labExec(host ?? "1", [shell], command.optsWithGlobals(), { isShell: true });
});

commands.extcap.action(async (_options, command) => {
  const { extcap } = await import("./commands/extcap.js");
  await extcap(command.optsWithGlobals());
});

commands.doctor.action(async (_options, command) => {
  const { doctor } = await import("./commands/doctor.js");
  doctor(command.optsWithGlobals());
});

// Errors thrown in callbacks. Node.js would print the line of the program's source, and the bundle is one long line.
process.on("uncaughtException", (error) => {
  reportError(error, true);
  process.exit();
});

keepHangupIgnored();

const { args, commandToRun } = splitArguments(process.argv.slice(2));
if (commandOf(args) === "capture") leaveShortVersion();
program
  .parseAsync(args, { from: "user" })
  .catch((error: unknown) => {
    if (!(error instanceof CommanderError)) reportError(error, args.includes("--debug"));
    else if (error.exitCode !== 0) process.exitCode = exitStatus.usage;
  })
  // Everything is done and written. Without this, Node.js would wait for code that it is still compiling.
  .finally(() => process.exit());

/**
 * Separates the command that `run` and `lab exec` run from promisc's own arguments, and inserts `show` if no command is
 * given.
 */
function splitArguments(argv: string[]): { args: string[]; commandToRun: string[] } {
  const hasCommand = ["run", "lab"].includes(commandOf(argv) ?? "");
  const separator = hasCommand ? argv.indexOf("--") : -1;
  const own = separator < 0 ? argv : argv.slice(0, separator);
  const isBare = own.every((word) => word === "--json" || word === "--debug");
  return {
    args: isBare ? ["show", ...own] : own,
    commandToRun: separator < 0 ? [] : argv.slice(separator + 1),
  };
}

function commandOf(argv: readonly string[]): string | undefined {
  return argv.find((word) => !word.startsWith("-"));
}

/** Leaves -V to the command, as `capture` has tcpdump's option of that name. */
function leaveShortVersion(): void {
  const version = program.options.find(({ long }) => long === "--version");
  if (!version) return;
  delete version.short;
  version.flags = "--version";
}
