import { checkIsPeer, spawnSync } from "./child-process.js";
import { PEERS_ARE_INSTALLED, type Peer } from "./peers.js";

/**
 * Returns why a test that needs these commands can't run on this machine, or false. Tests use it as their `skip` option.
 * @throws if a command is missing although `npm test` has installed all of them
 */
export function lacking(...commands: Peer[]): string | false {
  for (const command of commands) checkIsPeer(command);
  const why = missing(...commands);
  if (why && process.env[PEERS_ARE_INSTALLED])
    throw new Error(`${why}, which npm test should have installed`);
  return why;
}

/** Returns which of these commands are missing, whatever package they are from, or false. */
export function missing(...commands: string[]): string | false {
  const absent = commands.filter(
    (command) => spawnSync("sh", ["-c", `command -v ${command}`], { stdio: "ignore" }).status !== 0,
  );
  return absent.length > 0 && `needs ${absent.join(", ")}`;
}

/**
 * A command for tcpdump as an ordinary user, because as root it gives up root, which it can't in a user namespace. As
 * an ordinary user it writes its files itself.
 */
export const tcpdump: readonly string[] = ["unshare", "--user", "tcpdump"];
