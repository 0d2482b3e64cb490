import { Command, CommanderError } from "commander";
import { exitStatus } from "./exit-status.js";
import { printableLines } from "./format/text.js";
import { write } from "./output.js";
import { reportError } from "./report-error.js";
import { keepHangupIgnored } from "./signals.js";
import { version } from "./version.js";

const program = new Command("promisc")
  .description(
    "Promiscuous mode on Linux: set it, show it, say who holds it, watch it, use it.\nWithout a command: a table of all interfaces.",
  )
  .version(version)
  .option("--json", "print JSON on standard output, and nothing else there")
  .option("--debug", "with an error, print its causes and the bytes sent to the kernel")
  .configureHelp({ showGlobalOptions: true })
  .configureOutput({
    writeOut: (text) => write(1, text),
    writeErr: (text) => write(2, text),
    outputError: (text, writeText) =>
      writeText(
        `${printableLines(text)
          .replace(/^error: /, "promisc: ")
          .replace(/\n\(D/, " (d")}promisc --help shows how it is used\n`,
      ),
  })
  .exitOverride();

// Each command's own code is loaded when it is called.

program
  .command("show [interface...]")
  .description("the state of interfaces: in full if named, otherwise a table of all")
  .option("--ip", "print exactly what `ip address show` prints")
  .action(async (names: string[], _options, command: Command) => {
    const { show } = await import("./commands/show.js");
    show(names, command.optsWithGlobals());
  });

for (const word of ["on", "off"] as const)
  program
    .command(`${word} <interface...>`)
    .description(
      `${word === "on" ? "set" : "clear"} the administrator's flag, as \`ip link set DEV promisc ${word}\``,
    )
    .option("--via <way>", "netlink, as ip does, or ioctl (SIOCSIFFLAGS)", "netlink")
    .action(async (names: string[], _options, command: Command) => {
      const { set } = await import("./commands/set.js");
      set(names, word === "on", command.optsWithGlobals());
    });

program
  .command("hold <interface...>")
  .description("keep interfaces promiscuous until a signal; the kernel lets go even on kill -9")
  .action(async (names: string[], _options, command: Command) => {
    const { hold } = await import("./commands/hold.js");
    await hold(names, command.optsWithGlobals());
  });

program
  .command("run <interface...>")
  .description("run a command with interfaces promiscuous exactly as long as it runs")
  .usage("<interface...> -- <command> [argument...]")
  .action(async (names: string[], _options, command: Command) => {
    const { run } = await import("./commands/run.js");
    await run(names, commandToRun, command.optsWithGlobals());
  });

program
  .command("who [interface...]")
  .description("every holder of every promiscuous interface, in every network namespace")
  .option("--netns <which>", "one namespace only: own, its name, or a process in it")
  .option("--all", "packet sockets too that capture without holding, such as tcpdump -p")
  .action(async (names: string[], _options, command: Command) => {
    const { who } = await import("./commands/who.js");
    who(names, command.optsWithGlobals());
  });

program
  .command("check")
  .description("exit 1 with one line for each holder that policy doesn't allow")
  .option("--policy <file>", "what is allowed, YAML or JSON; without it only kernel devices are")
  .option("--netns <which>", "one namespace only: own, its name, or a process in it")
  .option("--format <format>", "text, json, ecs (Elastic Common Schema) or prometheus (textfile collector)")
  .option("-o, --output <file>", "write to this file, at once and whole, instead of standard output")
  .action(async (_options, command: Command) => {
    const { check } = await import("./commands/check.js");
    await check(command.optsWithGlobals());
  });

program
  .command("watch [interface...]")
  .description("one line a change: when, where, who came or went, and how it is known")
  .option("--no-trace", "don't trace system calls, which names those who hold for a moment")
  .option("--format <format>", "text, json, ecs (Elastic Common Schema), or journal: to systemd's journal")
  .option("--policy <file>", "mark those who come and aren't allowed: findings")
  .option("--exec <command>", "run a shell command for each finding, with the event as JSON on its input")
  .action(async (names: string[], _options, command: Command) => {
    const { watch } = await import("./commands/watch.js");
    await watch(names, command.optsWithGlobals());
  });

const captureCommand: Command = program
  .command("capture [word...]")
  .description("what tcpdump does: packets of interfaces or of a file, as lines, JSON or a file")
  .usage("[options] [interface...] [expression]")
  .option("-i, --interface <name>", "an interface, any or all; may be given several times", collect)
  .option("-r, --read-file <file>", "read packets from a file, - for standard input")
  .option("-w, --write-file <file>", "write packets to a file, - for standard output")
  .option("--print", "print lines too when writing to a file")
  .option("-c, --count <packets>", "end after so many packets")
  .option("-s, --snapshot-length <bytes>", "at most so many bytes of each packet")
  .option("-p, --no-promiscuous-mode", "don't make the interfaces promiscuous")
  .option("-Q, --direction <direction>", "in, out or inout")
  .option("-B, --buffer-size <KiB>", "the kernel's buffer for each interface; 32768 unless told")
  .option("--immediate-mode", "hand packets over one by one, as they come")
  .option("-U, --packet-buffered", "write each packet as it comes, which promisc does anyway")
  .option("-l", "print each line as it comes, which promisc does anyway")
  .option("-n", "don't convert addresses to names, which promisc never does")
  .option("-C <size>", "a new file once it has so many millions of bytes, or with k, m or g KiB, MiB or GiB")
  .option("-G <seconds>", "a new file each so many seconds; the name may have strftime(3) directives")
  .option("-W <files>", "so many files")
  .option("-e", "print the link-level header")
  .option("-q", "print less of protocols")
  .option("-S", "print absolute TCP sequence numbers")
  .option(
    "-t",
    "-t to -ttttt: no time, since 1970, since the last packet, with the date, since the first packet",
  )
  .option("--nano", "times to the nanosecond")
  .option("-v", "-v to -vvv: print more of protocols")
  .option("-x", "print the packet in hexadecimal; -xx with its link-level header")
  .option("-X", "print it in hexadecimal and ASCII; -XX with its link-level header")
  .option("-d", "print the compiled expression; -dd as C, -ddd as numbers")
  .option("--classes", "show how many frames of each class come, instead of the frames")
  .option(
    "-Z, --user <name>",
    "become this user once the interfaces are open; tcpdump or the one who called sudo unless told",
  )
  .action(async (words: string[], _options, command: Command) => {
    const { capture } = await import("./commands/capture.js");
    await capture(words, { ...command.optsWithGlobals(), counted });
  });

/** How often each of those options was given that mean more then. */
const counted = { t: 0, v: 0, x: 0, X: 0, d: 0 };
for (const option of Object.keys(counted) as (keyof typeof counted)[])
  captureCommand.on(`option:${option}`, () => {
    counted[option]++;
  });

program
  .command("scan [target...]")
  .description(
    "find the hosts of this link that receive what a network card's filter discards, and how sure it is",
  )
  .option(
    "-i, --interface <name>",
    "the interface to scan by, or to listen on; unless told, the one of the route to the targets",
  )
  .option("--targets <file>", "targets from a file, or - for standard input")
  .option("--rate <frames>", "frames a second at most, or max (default: 1000)")
  .option("--dns", "also set out DNS decoys: who asks for their names receives frames for others")
  .option("--load", "also compare round-trip times with and without traffic for nobody")
  .option("--decoy-login", "also let a login cross the network that is nobody's, and wait for who uses it")
  .option("--wait <seconds>", "how long to wait for that (default: 60)")
  .option("--yes", "do what sends more: those three, or more than 4096 targets")
  .option("--compare", "what nmap, scapy, sniffdet and thc-ipv6 would say of the same answers")
  .option("--baseline <file>", "keep what is found, and tell what changed since the last scan")
  .option("--watch", "send nothing, listen: tell of ARP and neighbour discovery that poison tables")
  .option(
    "--format <format>",
    "with --watch: text, json, ecs (Elastic Common Schema), or journal: to systemd's journal",
  )
  .option(
    "--exec <command>",
    "with --watch: run a shell command for each warning and alarm, with the event as JSON on its input",
  )
  .action(async (targets: string[], _options, command: Command) => {
    const { scanHosts } = await import("./commands/scan.js");
    await scanHosts(targets, command.optsWithGlobals());
  });

const labCommand = program
  .command("lab")
  .description("a LAN in network namespaces: see promiscuous mode work; touches no real network")
  .option("--hosts <count>", "how many hosts (default: 3)")
  .option("--nic <model>", "what their cards filter: perfect, hash64 or none (default: perfect)")
  .option("--switch", "a learning switch instead of a hub")
  .action(async (_options, command: Command) => {
    const { lab } = await import("./commands/lab.js");
    await lab(command.optsWithGlobals());
  });
labCommand
  .command("exec <host>")
  .description(
    "run a command on a host, host1, host2, … or a number; from a lab's shell, on a host of its LAN",
  )
  .usage("[options] <host> -- <command> [argument...]")
  .action(async (host: string, _options, command: Command) => {
    const { labExec } = await import("./commands/lab.js");
    const [program, ...args] = commandToRun;
    if (program === undefined) command.error("no command is given: name it after --");
    else await labExec(host, [program, ...args], command.optsWithGlobals());
  });
labCommand
  .command("shell [host]")
  .description("run a shell on a host, the first unless told; ip netns exec HOST reaches the others")
  .action(async (host: string | undefined, _options, command: Command) => {
    const { labExec } = await import("./commands/lab.js");
    await labExec(host ?? "1", [process.env["SHELL"] ?? "/bin/sh"], command.optsWithGlobals());
  });

// What bin/promisc-extcap calls; the options are Wireshark's.
program
  .command("extcap", { hidden: true })
  .option("--extcap-interfaces")
  .option("--extcap-dlts")
  .option("--extcap-config")
  .option("--capture")
  .option("--extcap-interface <name>")
  .option("--extcap-capture-filter <expression>")
  .option("--extcap-version [version]")
  .option("--fifo <path>")
  .option("--snaplen <bytes>")
  .option("--promiscuous <boolean>")
  .action(async (_options, command: Command) => {
    const { extcap } = await import("./commands/extcap.js");
    await extcap(command.optsWithGlobals());
  });

program
  .command("doctor")
  .description("what this kernel and these privileges allow, and how to get the rest")
  .action(async (_options, command: Command) => {
    const { doctor } = await import("./commands/doctor.js");
    doctor(command.optsWithGlobals());
  });

// What is thrown in a callback; Node.js would print a line of the program's source, which is one long line.
process.on("uncaughtException", (error) => {
  reportError(error, true);
  process.exit();
});

keepHangupIgnored();

const { args, commandToRun } = splitArguments(process.argv.slice(2));
program
  .parseAsync(args, { from: "user" })
  .catch((error: unknown) => {
    if (!(error instanceof CommanderError)) reportError(error, args.includes("--debug"));
    else if (error.exitCode !== 0) process.exitCode = exitStatus.usage;
  })
  // All is done and written. Left to itself, Node.js would wait for code that it is still compiling.
  .finally(() => process.exit());

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

/** Separates what `run` and `lab exec` are to run from promisc's own arguments, and puts in the `show` that may be left out. */
function splitArguments(argv: string[]): { args: string[]; commandToRun: string[] } {
  const hasCommand = ["run", "lab"].includes(argv.find((word) => !word.startsWith("-")) ?? "");
  const separator = hasCommand ? argv.indexOf("--") : -1;
  const own = separator < 0 ? argv : argv.slice(0, separator);
  const isBare = own.every((word) => word === "--json" || word === "--debug");
  return {
    args: isBare ? ["show", ...own] : own,
    commandToRun: separator < 0 ? [] : argv.slice(separator + 1),
  };
}
