import { checkOptions, type OptionKinds } from "../../../check-options.js";
import { usageError } from "../../../errors.js";
import { spoken } from "../../../promiscuity/interface-name.js";
import { type Bounds, spokenTime, within } from "../bounds.js";
import { INVENTED_IPV4 } from "../invented-address.js";
import { MOST_SEGMENTS } from "./conversation.js";
import { ftp } from "./ftp.js";
import { pop3 } from "./pop3.js";
import type { LoginProtocol } from "./protocol.js";

const ROUNDS: Bounds = { least: 1, most: 60, usual: 3, unit: "rounds" };
const INTERVAL: Bounds = { least: 500, most: 60_000, usual: 2000, unit: "ms between rounds" };
/** A person who finds the login in a capture takes longer to use it than a program does. */
const WAIT: Bounds = { least: 0, most: 3_600_000, usual: 60_000, unit: "ms of waiting" };
const PORT: Bounds = { least: 1, most: 65_535, usual: 0, unit: "as the port" };
/** A run takes at most this long, however slow it is. */
const MOST_SECONDS = 7200;

const protocols = { ftp, pop3 } satisfies Record<string, LoginProtocol>;

export interface DecoyLoginOptions {
  /** The interface whose first IPv4 address becomes the server's. */
  readonly interface: string;
  /** Defaults to `ftp`. */
  readonly protocol?: "ftp" | "pop3";
  /** The port that this host listens on. Defaults to that of the protocol, 21 or 110. */
  readonly port?: number;
  /** How often the login crosses the LAN. Defaults to 3. */
  readonly rounds?: number;
  /** Milliseconds from one round to the next. Defaults to 2000. */
  readonly interval?: number;
  /** How long to wait for somebody to use the login after the last round, in milliseconds. Defaults to 60,000. */
  readonly wait?: number;
  /** Ends the test at once. */
  readonly signal?: AbortSignal;
}

export const decoyLoginOptions: OptionKinds<DecoyLoginOptions> = {
  interface: "string",
  protocol: ["ftp", "pop3"],
  port: "number?",
  rounds: "number?",
  interval: "number?",
  wait: "number?",
  signal: "signal?",
};

/** The checked options. */
export interface DecoyLoginPlan {
  readonly operation: string;
  readonly name: "ftp" | "pop3";
  readonly protocol: LoginProtocol;
  readonly port: number;
  readonly rounds: number;
  readonly interval: number;
  readonly wait: number;
}

/**
 * Checks the options.
 * @throws PromiscError `usage` if an option is out of bounds
 */
export function planDecoyLogin(options: DecoyLoginOptions): DecoyLoginPlan {
  const { protocol: name = "ftp" } = options;
  const operation = `set out a decoy login by ${spoken(options.interface)}`;
  const protocol = protocols[name];
  const plan: DecoyLoginPlan = {
    operation,
    name,
    protocol,
    port: within(PORT, options.port ?? protocol.port, operation),
    rounds: within(ROUNDS, options.rounds, operation),
    interval: within(INTERVAL, options.interval, operation),
    wait: within(WAIT, options.wait, operation),
  };
  if (longest(plan) > MOST_SECONDS * 1000)
    throw usageError(
      operation,
      `it would take ${spokenTime(longest(plan))}`,
      `at most ${MOST_SECONDS}: fewer rounds, or less waiting`,
    );
  return plan;
}

function longest({ rounds, interval, wait }: DecoyLoginPlan): number {
  return rounds * interval + wait;
}

/**
 * Describes what {@link decoyLogin} would do, in a few sentences, for the person who is asked to agree to it.
 * @throws PromiscError `usage` if an option is out of bounds
 */
export function describeDecoyLogin(options: DecoyLoginOptions): string {
  checkOptions("describeDecoyLogin", options, decoyLoginOptions);
  const plan = planDecoyLogin(options);
  const name = spoken(options.interface);
  return (
    `Sends at most ${plan.rounds * MOST_SEGMENTS} frames through ${name} to Ethernet addresses that nobody has, so that they reach ` +
    `every port of the LAN: ${plan.rounds === 1 ? "a" : plan.rounds} complete ${plan.name.toUpperCase()} session${plan.rounds === 1 ? "" : "s"} ` +
    `with an invented login in clear text, from an invented address of ${INVENTED_IPV4} to this host. Listens on port ` +
    `${plan.port} of ${name} for anyone who uses it, and refuses every login, for at most ${spokenTime(longest(plan))}.`
  );
}
