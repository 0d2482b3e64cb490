import type { CommandUnknownOpts, Help, Command as TypedCommand } from "@commander-js/extra-typings";
import { Command } from "commander";
import { usageError } from "../errors.js";
import { refusedOptions } from "./capture/refused-options.js";
import { printable, printableLines } from "./format/text.js";
import { layoutWidth, write } from "./output/write.js";
import { promiscVersion } from "./version.js";

/** Descriptions that have fewer columns beside what they describe are printed below it. */
const LEAST_HELP_WIDTH = 30;

/**
 * The command line. Commander's authors publish the typings separately, and nothing of them runs: by them each command
 * knows its options, and reading an option that isn't declared here is an error.
 */
export const program = (new Command("promisc") as TypedCommand)
  .description(
    "promisc sets promiscuous mode on Linux, shows it, finds out who holds it, watches it change, captures with it, and finds it on other machines. Without a command, it prints a table of all interfaces.",
  )
  .version(promiscVersion, "-V, --version", "print the version and exit")
  .option("--json", "print JSON, and nothing else, on standard output")
  .option("--debug", "after an error, also print its causes and the bytes sent to the kernel")
  .helpOption("-h, --help", "print this help and exit")
  .helpCommand("help [command]", "print the help of a command")
  // The descriptions name the defaults themselves.
  .configureHelp({
    showGlobalOptions: true,
    optionDescription: ({ description }) => description,
    minWidthToWrap: LEAST_HELP_WIDTH,
    formatItem,
  })
  .configureOutput({
    writeOut: (text) => write(1, text),
    writeErr: (text) => write(2, text),
    getOutHelpWidth: () => layoutWidth(1),
    getErrHelpWidth: () => layoutWidth(2),
    outputError: reportUsage("promisc", "promisc --help shows how it is used"),
  })
  .addHelpText("after", examples("promisc", "sudo promisc who", "sudo promisc capture eth0 'arp or icmp'"))
  .exitOverride();

const via = [
  "--via <method>",
  "how to ask the kernel: netlink, as ip does, or ioctl (SIOCSIFFLAGS); defaults to netlink",
  "netlink",
] as const;

const netns = [
  "--netns <namespace>",
  "look at only one network namespace: own, a name as in `ip netns`, or the PID of a process in it",
] as const;

const show = program
  .command("show [interface...]")
  .summary("show the state of interfaces")
  .description(
    "Show the state of the named interfaces in full. Without a name, print a table of all interfaces and of what makes them promiscuous.",
  )
  .option("--ip", "print exactly what `ip address show` prints")
  .addHelpText(
    "after",
    examples(
      "promisc show eth0",
      "promisc show --ip eth0",
      "promisc show eth0 --json | jq '.interfaces[0].promiscuity'",
    ),
  );

const on = program
  .command("on <interface...>")
  .summary("set the administrator's promiscuous flag")
  .description(
    "Set the administrator's promiscuous flag, as `ip link set DEV promisc on` does. The flag stays set until somebody clears it.",
  )
  .option(...via)
  .addHelpText("after", examples("sudo promisc on eth0", "sudo promisc on eth0 eth1 --json"));

const off = program
  .command("off <interface...>")
  .summary("clear the administrator's promiscuous flag")
  .description(
    "Clear the administrator's promiscuous flag, as `ip link set DEV promisc off` does. If the interface stays promiscuous, promisc names what keeps it so.",
  )
  .option(...via)
  .addHelpText("after", examples("sudo promisc off eth0", "sudo promisc off eth0 eth1 --via ioctl"));

const hold = program
  .command("hold <interface...>")
  .summary("keep interfaces promiscuous until Ctrl-C")
  .description(
    "Keep interfaces promiscuous until SIGINT (Ctrl-C), SIGTERM or SIGHUP. The kernel releases the interfaces when promisc ends, even after kill -9.",
  )
  .addHelpText("after", examples("sudo promisc hold eth0", "sudo promisc hold eth0 eth1 --json"));

const run = program
  .command("run <interface...>")
  .summary("run a command with interfaces promiscuous")
  .description(
    "Run a command and keep interfaces promiscuous as long as it runs. The exit status is that of the command.",
  )
  .usage("<interface...> -- <command> [argument...]")
  .addHelpText(
    "after",
    examples("sudo promisc run eth0 -- tcpdump -p -i eth0", "sudo promisc run eth0 eth1 -- sleep 60"),
  );

const who = program
  .command("who [interface...]")
  .summary("list every holder in every network namespace")
  .description(
    "List the holders of the named interfaces, or of all promiscuous interfaces, in every network namespace. A holder is whatever keeps an interface promiscuous: the administrator's flag, a packet socket such as tcpdump's, or a kernel device such as a bridge.",
  )
  .option(...netns)
  .option(
    "--all",
    "also list everything else that gets copies of frames, with its filter in words: the sockets of tcpdump -p and of backdoors, eBPF programs, rules that mirror",
  )
  .addHelpText(
    "after",
    examples("sudo promisc who", "sudo promisc who --all eth0", "sudo promisc who --netns own --json"),
  );

const check = program
  .command("check")
  .summary("report holders that a policy does not allow")
  .description(
    "Print one line, a finding, for each holder that the policy does not allow. The exit status is 1 if there is a finding.",
  )
  .option(
    "--policy <file>",
    "the policy, in YAML or JSON (docs/policy.md); by default only kernel devices such as bridges are allowed",
  )
  .option(
    "--explain",
    "print every holder and the rule that allows it, or which conditions of the nearest rule are not met; in text or JSON",
  )
  .option(...netns)
  .option(
    "--format <format>",
    "text, json, ecs (Elastic Common Schema), or prometheus (for textfile collectors); defaults to text",
  )
  .option(
    "-o, --output <file>",
    "write to this file, which is replaced in one step, instead of standard output",
  )
  .addHelpText(
    "after",
    examples(
      "sudo promisc check",
      "sudo promisc check --policy /etc/promisc/policy.yaml",
      "sudo promisc check --format prometheus --output promisc.prom",
    ),
  );

const watch = program
  .command("watch [interface...]")
  .summary("report every change as it happens")
  .description(
    "Print one line for each change on the named interfaces, or on all interfaces: the time, the interface, the kernel's count of holders before and after, which holder came (+) or went (-), and how promisc knows. A holder is whatever keeps an interface promiscuous, such as tcpdump.",
  )
  .option(
    "--all",
    "also report what begins or stops to get copies of frames without holding an interface: sockets, programs, rules",
  )
  .option(
    "--no-trace",
    "don't trace system calls; holders that stay for less than a few milliseconds may then not be named",
  )
  .option(
    "--format <format>",
    "text, json, ecs (Elastic Common Schema), or journal (write to systemd's journal); defaults to text",
  )
  .option(
    "--policy <file>",
    "mark each new holder that this policy does not allow as a finding (docs/policy.md)",
  )
  .option("--policy-if-exists <file>", "as --policy if this file exists; otherwise report changes without it")
  .option(
    "--exec <command>",
    "run a shell command for each finding, with the event as JSON on its standard input",
  )
  .option(
    "--print-unit",
    "instead of watching, print a systemd unit that runs this program as a service (docs/watch.md)",
  )
  .addHelpText(
    "after",
    examples(
      "sudo promisc watch",
      "sudo promisc watch eth0 --json",
      "sudo promisc watch --policy policy.yaml --exec 'logger -t promisc'",
    ),
  );

const capture = program
  .command("capture [expression...]")
  .summary("capture packets, as tcpdump does")
  .description(
    "Capture packets of interfaces or read them from a file, and print them or write them to a file. Options and filter expressions are tcpdump's. The first words are interfaces as long as interfaces of these names exist; the rest is the expression.",
  )
  .usage("[options] [interface...] [expression]")
  .option(
    "-i, --interface <name>",
    "an interface or its number in -D's list, or one of the special names any and all (docs/capture.md); may be repeated",
    collect,
  )
  .option("-D, --list-interfaces", "list the interfaces that can be captured on, and exit")
  .option(
    "-L, --list-data-link-types",
    "list the link types that a capture on the interface can have, and exit",
  )
  .option("-y, --linktype <name>", "capture with this link type")
  .option("-J, --list-time-stamp-types", "list where times of packets can come from, and exit")
  .option("-j, --time-stamp-type <type>", "where times come from; promisc has the host's only")
  .option("-r, --read-file <file>", "read packets from this file; - is standard input")
  .option("-w, --write-file <file>", "write packets to this file; - is standard output")
  .option("--print", "print packets even if they are written to a file")
  .option("-V, --read-list <file>", "read packets from the files that this file lists, one on each line")
  .option("-c, --packets <count>", "stop after this many packets")
  .option("--skip <count>", "leave out this many packets at the beginning")
  .option("--count", "print no packets; with -r or -V, print how many there are")
  .option("-F, --filter-file <file>", "read the expression from this file")
  .option(
    "-s, --snapshot-length <bytes>",
    "capture at most this many bytes of each packet; defaults to 262144",
  )
  .option("-p, --no-promiscuous-mode", "don't make the interfaces promiscuous")
  .option(
    "-Q, --direction <direction>",
    "in (only incoming packets), out (only outgoing ones), or inout; defaults to inout",
  )
  .option("-B, --buffer-size <KiB>", "the size of the kernel's buffer for each interface; defaults to 32768")
  .option(
    "--immediate-mode",
    "get packets from the kernel after 1 ms instead of 100 ms, at a higher cost per packet",
  )
  .option("-U, --packet-buffered", "accepted for compatibility: promisc never delays writing a packet")
  .option("-l", "accepted for compatibility: promisc never delays printing a line")
  .option("-n", "accepted for compatibility: promisc never converts addresses to names")
  .option("-O, --no-optimize", "don't let libpcap optimize the compiled expression")
  .addOption(hidden("-a"))
  .addOption(hidden("-N"))
  .addOption(hidden("-f"))
  .addOption(hidden("-H"))
  .option(
    "-C <size>",
    "start a new file after this many million bytes; the suffixes k, m and g mean KiB, MiB and GiB",
  )
  .option(
    "-G <seconds>",
    "start a new file after this many seconds; the name may contain strftime(3) directives",
  )
  .option(
    "-W <files>",
    "with -C, overwrite the first file after this many; with -G alone, stop after this many",
  )
  .option("-z <command>", "with -C or -G, run this command with each finished file as its only argument")
  .option("-e", "print the link-level header of each packet")
  .option("-q", "print less protocol information")
  .option("-S, --absolute-tcp-sequence-numbers", "print absolute instead of relative TCP sequence numbers")
  .option("-K, --dont-verify-checksums", "with -v, don't verify the checksums of IPv4, TCP and UDP")
  .option("-g, --ip-oneline", "with -v, don't begin a new line after the IPv4 header")
  .option("-#, --number", "print the number of each packet")
  .option("--lengths", "print the captured and the original length of each packet")
  .option("--print-sampling <n>", "print only every n-th packet, with absolute TCP sequence numbers")
  .addOption(counted("-t", "print no times; -tt to -ttttt print times in other forms, as with tcpdump"))
  .option("--nano", "use nanoseconds in printed times and in pcap files")
  .option("--micro", "use microseconds, the default")
  .option("--time-stamp-precision <precision>", "micro or nano, as --micro and --nano")
  .addOption(counted("-v", "print more protocol information; -vv and -vvv print still more"))
  .addOption(counted("-x", "print each packet in hexadecimal; -xx includes the link-level header"))
  .addOption(counted("-X", "print each packet in hexadecimal and ASCII; -XX includes the link-level header"))
  .addOption(counted("-A", "print each packet in ASCII; -AA includes the link-level header"))
  .addOption(
    counted("-d", "print the compiled expression and exit; -dd prints it as C, -ddd as decimal numbers"),
  )
  .option("--classes", "instead of packets, print how many were for this host, for other hosts, and so on")
  .option(
    "-Z, --user <name>",
    "as root, become this user once interfaces are open; defaults to sudo's caller or tcpdump",
  )
  .addOption(hidden("--relinquish-privileges <name>"))
  .addHelpText(
    "after",
    examples(
      "sudo promisc capture eth0 'arp or icmp'",
      "sudo promisc capture eth0 -c 100 -w out.pcap",
      "promisc capture -r out.pcap -v 'tcp port 443'",
    ),
  );

for (const { flags, reason, hint } of refusedOptions) {
  const option = hidden(flags);
  capture.addOption(option).on(`option:${option.name()}`, () => {
    throw usageError("capture", `${option.short ?? option.long} ${reason}`, hint);
  });
}

// Of options that set the same thing, the last one counts.
capture.on("option:micro", () => capture.setOptionValue("nano", false));
capture.on("option:time-stamp-precision", (precision) =>
  capture.setOptionValue("nano", precision === "nano"),
);
capture.on("option:relinquish-privileges", (user) => capture.setOptionValue("user", user));

const scan = program
  .command("scan [target...]")
  .summary("find promiscuous machines on the local link")
  .description(
    "Find hosts on the local link whose network card does not filter frames, because it is promiscuous or for another reason. For each host, promisc prints a verdict, how sure it is, and the evidence. Targets are addresses, blocks (192.0.2.0/24) and ranges (192.0.2.1-50); without targets, promisc scans the interface's own network. The exit status is 1 if a verdict is open.",
  )
  .option(
    "-i, --interface <name>",
    "the interface to scan through or listen on; defaults to that of the route to the first target",
  )
  .option("--targets <file>", "read targets from this file; - is standard input")
  .option("--rate <frames>", "the most frames to send per second, or max for no limit; defaults to 1000")
  .option(
    "--dns",
    "also send traffic between invented addresses; a host that looks up their names has seen it",
  )
  .option("--load", "also measure whether traffic that is addressed to nobody delays a host's answers")
  .option("--decoy-login", "also send an invented login in clear text, and wait for somebody to use it")
  .option("--wait <seconds>", "how long --decoy-login waits; defaults to 60")
  .option(
    "--yes",
    "agree to what --dns, --load and --decoy-login send, and to scanning more than 4096 targets",
  )
  .option(
    "--compare",
    "also print what nmap, scapy, sniffdet and thc-ipv6 would conclude from the same answers",
  )
  .option("-v, --verbose", "on a terminal, print all of the evidence instead of one line for each host")
  .option("--baseline <file>", "store the results in this file, and report what changed since the last scan")
  .option(
    "--watch",
    "instead of scanning, listen for ARP and IPv6 messages that poison hosts' neighbour tables",
  )
  .option(
    "--format <format>",
    "with --watch: text, json, ecs (Elastic Common Schema), or journal (systemd's journal); defaults to text",
  )
  .option(
    "--exec <command>",
    "with --watch: run a shell command for each warning or alarm, with the event as JSON on its standard input",
  )
  .addHelpText(
    "after",
    examples(
      "sudo promisc scan",
      "sudo promisc scan 192.168.1.0/24 --baseline lan.json",
      "sudo promisc scan --watch -i eth0",
    ),
  );

const lab = program
  .command("lab")
  .summary("demonstrate promiscuous mode on a virtual LAN")
  .description(
    "Create a LAN of virtual hosts in network namespaces, and demonstrate promiscuous mode on it. Each step makes a claim and checks it; the exit status is 1 if a claim is not confirmed. No real network is touched, and the LAN disappears when promisc ends.",
  )
  .option("--hosts <count>", "the number of hosts; defaults to 3")
  .option(
    "--nic <model>",
    "how the hosts' network cards filter: perfect, hash64 (by a table of 64 hash values), or none; defaults to perfect",
  )
  .option("--switch", "connect the hosts by a learning switch instead of a hub")
  .addHelpText("after", examples("sudo promisc lab", "sudo promisc lab --nic none --switch"));
const labExec = lab
  .command("exec <host>")
  .summary("run a command on a host of the LAN")
  .description(
    "Run a command on a host, named host1, host2 and so on, or 1, 2 and so on. In a shell of the lab, this is a host of its LAN; otherwise promisc creates a LAN that exists as long as the command runs.",
  )
  .usage("[options] <host> -- <command> [argument...]")
  .addHelpText(
    "after",
    examples("sudo promisc lab exec host1 -- ping -c 1 10.77.0.2", "sudo promisc lab exec 1 -- promisc scan"),
  );
const labShell = lab
  .command("shell [host]")
  .summary("run a shell on a host of the LAN")
  .description(
    "Run a shell on a host of a new LAN, by default on host1. In that shell, `promisc lab exec` and `ip netns exec` run commands on the other hosts.",
  )
  .addHelpText("after", examples("sudo promisc lab shell", "sudo promisc lab shell host2 --hosts 5"));

// The command that bin/promisc-extcap runs. Its options are those that Wireshark passes.
const extcap = program
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
  .option("--promiscuous <boolean>");

const doctor = program
  .command("doctor")
  .summary("show what the kernel and your privileges allow")
  .description(
    "Show which commands this kernel and your privileges allow, what each of them needs, and how to get what is missing.",
  )
  .addHelpText("after", examples("promisc doctor", "sudo promisc doctor --json"));

export const commands = {
  show,
  on,
  off,
  hold,
  run,
  who,
  check,
  watch,
  capture,
  scan,
  lab,
  labExec,
  labShell,
  extcap,
  doctor,
};

for (const command of Object.values(commands)) {
  const name = nameOf(command);
  command.configureOutput({ outputError: reportUsage(name, `${name} --help shows how it is used`) });
}

/** Returns a command's name with those of the commands above it: `promisc lab exec`. */
function nameOf(command: { name(): string; parent: CommandUnknownOpts | null }): string {
  return command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
}

/** Returns the function that prints an error in the use of a command. */
function reportUsage(name: string, remedy: string) {
  return (text: string, writeText: (text: string) => void): void => {
    const message = printableLines(text)
      .replace(/^error: /, "")
      .replace(/^too many arguments for 'lab'.*/, "lab takes no arguments; its commands are exec and shell")
      .replace(/\n\(D/, " (d");
    const words = process.argv.slice(2);
    writeText(`promisc: ${message}${commandHint(message) ?? separatorHint(name, words) ?? remedy}\n`);
  };
}

/** Returns what to write instead of an unknown command that is like no other; undefined for all other errors. */
function commandHint(message: string): string | undefined {
  const [, word] = /^unknown command '(\S+)'\n$/.exec(message) ?? [];
  return word && `promisc --help lists the commands; if it is an interface: promisc show ${word}`;
}

/** The words before those that name what to run a command with or on. */
const commandsThatRun: Readonly<Record<string, string>> = {
  "promisc run": "run",
  "promisc lab exec": "exec",
};

/** Returns how to write a command line that lacks the `--` before the command to run; undefined if it has one. */
function separatorHint(name: string, words: readonly string[]): string | undefined {
  const own = commandsThatRun[name];
  if (own === undefined || words.includes("--")) return undefined;
  const [place = "", ...command] = words.slice(words.indexOf(own) + 1);
  if (place.startsWith("-") || command.length === 0 || command[0]?.startsWith("-")) return undefined;
  return printable(
    `write -- before the command to run: ${name} ${place} -- ${command.join(" ").slice(0, 200)}`,
  );
}

/** The options of a command, including those that every command has. */
export type OptionsOf<Name extends keyof typeof commands> = Given<
  ReturnType<(typeof commands)[Name]["optsWithGlobals"]>
>;

/** The options that every command has. */
export type GlobalOptions = Given<ReturnType<(typeof program)["opts"]>>;

/** Options as functions accept them: a flag may also be false. */
type Given<Options> = {
  readonly [Name in keyof Options]: [Options[Name]] extends [true | undefined] ? boolean : Options[Name];
};

/** Formats the examples at the end of a help. */
function examples(...lines: string[]): string {
  return ["\nExamples:", ...lines.map((line) => `  ${line}`)].join("\n");
}

/** Formats an option or a command of the help. */
function formatItem(term: string, termWidth: number, description: string, helper: Help): string {
  if (description === "") return `  ${term}`;
  const width = helper.helpWidth ?? layoutWidth(1);
  // There are two blanks before the term, and two after it.
  const beside = termWidth + 4;
  const isBeside = width - beside >= LEAST_HELP_WIDTH;
  const indent = isBeside ? beside : 6;
  const lines = helper.boxWrap(description, width - indent).replaceAll("\n", `\n${" ".repeat(indent)}`);
  return isBeside ? `  ${term.padEnd(termWidth)}  ${lines}` : `  ${term}\n${" ".repeat(indent)}${lines}`;
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

/** An option that tcpdump has, without effect or with another name here: accepted, but not shown by `--help`. */
function hidden<Flag extends string>(flag: Flag) {
  return program.createOption(flag).hideHelp();
}

/** An option that may be repeated; its value is how often it was given. */
function counted<Flag extends string>(flag: Flag, description: string) {
  return program
    .createOption(flag, description)
    .preset("once")
    .argParser((_once, before: number) => before + 1)
    .default(0);
}
