/** What came of the echo requests to one host in one block. */
export interface BlockSample {
  /** Round-trip times in milliseconds. */
  readonly times: number[];
  /** Requests that left and weren't answered in time. */
  lost: number;
}

/** A block under load and one without it, next to each other in time, in random order. */
export interface RoundSample {
  readonly loaded: BlockSample;
  readonly quiet: BlockSample;
}

export function emptyRound(): RoundSample {
  return { loaded: { times: [], lost: 0 }, quiet: { times: [], lost: 0 } };
}
