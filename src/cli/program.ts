import type { Command as TypedCommand } from "@commander-js/extra-typings";
import { Command } from "commander";
import { printableLines } from "./format/text.js";
import { write } from "./output/write.js";
import { promiscVersion } from "./version.js";

/**
 * The command line. By typings that commander's authors publish beside it, and that nothing runs, each command knows what its
 * options are: what is read of them and isn't declared here is an error.
 */
export const program = (new Command("promisc") as TypedCommand)
  .description(
    "Promiscuous mode on Linux: set it, show it, say who holds it, watch it, use it.\nWithout a command: a table of all interfaces.",
  )
  .version(promiscVersion)
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

const via = ["--via <way>", "netlink, as ip does, or ioctl (SIOCSIFFLAGS)", "netlink"] as const;

const show = program
  .command("show [interface...]")
  .description("the state of interfaces: in full if named, otherwise a table of all")
  .option("--ip", "print exactly what `ip address show` prints");

const on = program
  .command("on <interface...>")
  .description("set the administrator's flag, as `ip link set DEV promisc on`")
  .option(...via);

const off = program
  .command("off <interface...>")
  .description("clear the administrator's flag, as `ip link set DEV promisc off`")
  .option(...via);

const hold = program
  .command("hold <interface...>")
  .description("keep interfaces promiscuous until a signal; the kernel lets go even on kill -9");

const run = program
  .command("run <interface...>")
  .description("run a command with interfaces promiscuous exactly as long as it runs")
  .usage("<interface...> -- <command> [argument...]");

const who = program
  .command("who [interface...]")
  .description("every holder of every promiscuous interface, in every network namespace")
  .option("--netns <which>", "one namespace only: own, its name, or a process in it")
  .option("--all", "packet sockets too that capture without holding, such as tcpdump -p");

const check = program
  .command("check")
  .description("exit 1 with one line for each holder that policy doesn't allow")
  .option("--policy <file>", "what is allowed, YAML or JSON; without it only kernel devices are")
  .option("--netns <which>", "one namespace only: own, its name, or a process in it")
  .option("--format <format>", "text, json, ecs (Elastic Common Schema) or prometheus (textfile collector)")
  .option("-o, --output <file>", "write to this file, at once and whole, instead of standard output");

const watch = program
  .command("watch [interface...]")
  .description("one line a change: when, where, who came or went, and how it is known")
  .option("--no-trace", "don't trace system calls, which names those who hold for a moment")
  .option("--format <format>", "text, json, ecs (Elastic Common Schema), or journal: to systemd's journal")
  .option("--policy <file>", "mark those who come and aren't allowed: findings")
  .option("--exec <command>", "run a shell command for each finding, with the event as JSON on its input");

const capture = program
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
  .addOption(
    counted(
      "-t",
      "-t to -ttttt: no time, since 1970, since the last packet, with the date, since the first packet",
    ),
  )
  .option("--nano", "times to the nanosecond")
  .addOption(counted("-v", "-v to -vvv: print more of protocols"))
  .addOption(counted("-x", "print the packet in hexadecimal; -xx with its link-level header"))
  .addOption(counted("-X", "print it in hexadecimal and ASCII; -XX with its link-level header"))
  .addOption(counted("-d", "print the compiled expression; -dd as C, -ddd as numbers"))
  .option("--classes", "show how many frames of each class come, instead of the frames")
  .option(
    "-Z, --user <name>",
    "become this user once the interfaces are open; tcpdump or the one who called sudo unless told",
  );

const scan = program
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
  );

const lab = program
  .command("lab")
  .description("a LAN in network namespaces: see promiscuous mode work; touches no real network")
  .option("--hosts <count>", "how many hosts (default: 3)")
  .option("--nic <model>", "what their cards filter: perfect, hash64 or none (default: perfect)")
  .option("--switch", "a learning switch instead of a hub");
const labExec = lab
  .command("exec <host>")
  .description(
    "run a command on a host, host1, host2, … or a number; from a lab's shell, on a host of its LAN",
  )
  .usage("[options] <host> -- <command> [argument...]");
const labShell = lab
  .command("shell [host]")
  .description("run a shell on a host, the first unless told; ip netns exec HOST reaches the others");

// What bin/promisc-extcap calls; the options are Wireshark's.
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
  .description("what this kernel and these privileges allow, and how to get the rest");

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

/** What the words after a command come to, options of every command included. */
export type OptionsOf<Name extends keyof typeof commands> = Given<
  ReturnType<(typeof commands)[Name]["optsWithGlobals"]>
>;

/** Options that every command has. */
export type GlobalOptions = Given<ReturnType<(typeof program)["opts"]>>;

/** Whether a flag was given may be passed on as either. */
type Given<Options> = {
  readonly [Name in keyof Options]: [Options[Name]] extends [true | undefined] ? boolean : Options[Name];
};

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

/** An option that means more the more often it is given. */
function counted<Flag extends string>(flag: Flag, description: string) {
  return program
    .createOption(flag, description)
    .preset("once")
    .argParser((_once, before: number) => before + 1)
    .default(0);
}
