import type { GlobalOptions } from "../global-options.js";

/** Options that mean more the more often they are given. */
export type CountedOption = "t" | "v" | "x" | "X" | "d";

/** What commander makes of the words after `promisc capture`: tcpdump's options, under tcpdump's names. */
export interface CaptureWords extends GlobalOptions {
  readonly interface?: readonly string[];
  readonly readFile?: string;
  readonly writeFile?: string;
  readonly print?: boolean;
  readonly count?: string;
  readonly snapshotLength?: string;
  readonly bufferSize?: string;
  readonly direction?: string;
  readonly immediateMode?: boolean;
  readonly promiscuousMode: boolean;
  readonly classes?: boolean;
  readonly user?: string;
  readonly nano?: boolean;
  readonly C?: string;
  readonly G?: string;
  readonly W?: string;
  readonly e?: boolean;
  readonly q?: boolean;
  readonly S?: boolean;
  readonly counted: Readonly<Record<CountedOption, number>>;
}
