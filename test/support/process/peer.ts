import { checkIsPeer, spawnSync } from "./child-process.js";
import { PEERS_ARE_INSTALLED, type Peer } from "./peers.js";

/**
 * Why a test against these commands can't run here, or false: for the `skip` option of a test.
 * @throws where none may be missing: `npm test` has installed them
 */
export function lacking(...commands: Peer[]): string | false {
  for (const command of commands) checkIsPeer(command);
  const why = missing(...commands);
  if (why && process.env[PEERS_ARE_INSTALLED])
    throw new Error(`${why}, which npm test should have installed`);
  return why;
}

/** Which of these commands, of whatever package, aren't here; or false. */
export function missing(...commands: string[]): string | false {
  const absent = commands.filter(
    (command) => spawnSync("sh", ["-c", `command -v ${command}`], { stdio: "ignore" }).status !== 0,
  );
  return absent.length > 0 && `needs ${absent.join(", ")}`;
}

/**
 * tcpdump as a user who isn't root, and so as one that writes its files itself: root it makes give up being root, which
 * it can't in a user namespace.
 */
export const tcpdump: readonly string[] = ["unshare", "--user", "tcpdump"];
