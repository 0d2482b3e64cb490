import { accessSync, constants, readFileSync, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { usageError } from "../../errors.js";
import { findAccount } from "../../linux/account/find-account.js";
import { printable } from "../format/text.js";
import { write, writeExactly } from "../output/write.js";

const OPERATION = "print a systemd unit";
/** The program in the unit of the package, for which the real path is substituted. */
const USUAL_PROGRAM = "/usr/local/bin/promisc";
/** Where systemd's services look for commands, and so for Node.js (systemd.exec(5)). */
const PATH_OF_SERVICES = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
/** What `ProtectHome=yes` and `PrivateTmp=yes` hide from a service (systemd.exec(5)). */
const HOMES = ["/home", "/root", "/run/user"];
const TEMPORARY = ["/tmp", "/var/tmp"];

/** The files that run when somebody types `promisc`. */
interface Installation {
  /** The program as it was called, which may be a symbolic link that later versions replace. */
  readonly program: string;
  /** The directory of the `node` that runs it. */
  readonly nodeDirectory: string;
  /** The package and Node.js themselves, without symbolic links. */
  readonly files: readonly string[];
}

/**
 * Prints the package's systemd unit, changed to run this program with this Node.js wherever they are installed. Warns on
 * standard error if the service, which is root's, would run files that another user can change.
 * @throws PromiscError `usage` if the service couldn't see the program
 */
export function printUnit(): void {
  const program = process.argv[1] ?? "";
  const file = realpathSync(program);
  const root = join(dirname(file), "..");
  const node = process.execPath;
  const installation = { program, nodeDirectory: directoryOfNode(), files: [file, root, node] };
  const { files, nodeDirectory } = installation;
  const hidden = [program, nodeDirectory, ...files].find((path) => isBelow(path, TEMPORARY));
  if (hidden !== undefined)
    throw usageError(
      OPERATION,
      `${hidden} is in a directory for temporary files, which the service can't see`,
      "install promisc for all users first: npm pack, then sudo npm install --global ./promisc-*.tgz",
    );
  const text = readFileSync(join(root, "systemd/promisc-watch.service"), "utf8");
  writeExactly(1, unitFor(text, installation));
  for (const path of [file, node]) {
    const owner = whoMayChange(path);
    if (owner !== undefined) write(2, `${printable(warning(path, owner))}\n`);
  }
}

function warning(path: string, owner: string): string {
  return `warning: the service runs ${path} as root, and ${owner} may change it: install it where only root can, or trust them as root`;
}

/** Changes the paths in the unit's text, and what hides them. */
function unitFor(text: string, { program, nodeDirectory, files }: Installation): string {
  const isAtHome = [program, nodeDirectory, ...files].some((path) => isBelow(path, HOMES));
  const path = [nodeDirectory, ...PATH_OF_SERVICES].join(delimiter);
  const environment = nodeOfServices() === process.execPath ? "" : `Environment=${quoted(`PATH=${path}`)}\n`;
  return text
    .replace(`ExecStart=${USUAL_PROGRAM} `, () => `${environment}ExecStart=${quoted(program)} `)
    .replace("ProtectHome=yes", isAtHome ? "ProtectHome=read-only" : "ProtectHome=yes");
}

/** Returns the directory through which this Node.js was found. A link there may outlive this version of Node.js. */
function directoryOfNode(): string {
  const directories = (process.env["PATH"] ?? "").split(delimiter).filter((each) => each.startsWith("/"));
  return directories.find((each) => nodeIn(each) === process.execPath) ?? dirname(process.execPath);
}

/** Returns the Node.js that services find without a path of their own. */
function nodeOfServices(): string | undefined {
  for (const directory of PATH_OF_SERVICES) {
    const node = nodeIn(directory);
    if (node !== undefined) return node;
  }
  return undefined;
}

/** Returns the path of the executable file behind `node` in a directory, if there is one. */
function nodeIn(directory: string): string | undefined {
  const path = join(directory, "node");
  try {
    accessSync(path, constants.X_OK);
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function isBelow(path: string, directories: readonly string[]): boolean {
  return directories.some((directory) => path.startsWith(`${directory}/`));
}

/**
 * Returns who, besides root, may replace a file: its owner, that of a directory on the way to it, or everybody. Groups are
 * trusted, because Debian lets the group staff write to /usr/local.
 */
function whoMayChange(path: string): string | undefined {
  for (let each = path; ; each = dirname(each)) {
    const { uid, mode } = statSync(each);
    if (uid !== 0) return findAccount(uid)?.name ?? `user ${uid}`;
    // In a directory with the sticky bit, nobody can replace root's files.
    const isSticky = each !== path && (mode & 0o1000) !== 0;
    if ((mode & 0o002) !== 0 && !isSticky) return "everybody";
    if (dirname(each) === each) return undefined;
  }
}

/** Writes a word so that systemd reads it unchanged (systemd.syntax(7), "Quoting"; systemd.unit(5), "Specifiers"). */
function quoted(word: string): string {
  const text = word.replaceAll("%", "%%");
  return /^[\w./=:@%+,-]+$/.test(text) ? text : JSON.stringify(text);
}
