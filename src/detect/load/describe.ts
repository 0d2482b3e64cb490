import { type LoadOptions, planLoad } from "./plan.js";

/**
 * What a load test with these options would send, in words, for whoever is to agree to it.
 * @throws PromiscError `usage` for what is beyond the bounds
 */
export function describeLoad(options: LoadOptions): string {
  const { rounds, rate, frameSize, targets, frames, requests, seconds, loadedSeconds } = planLoad(options);
  const number = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 1 });
  const megabits = number((rate * frameSize * 8) / 1e6);
  const megabytes = number((frames * frameSize) / 1e6);
  const count = (value: number, what: string): string => `${number(value)} ${what}${value === 1 ? "" : "s"}`;
  return (
    `sends by ${options.interface} up to ${count(rate, "frame")} a second of ${number(frameSize)} bytes (${megabits} Mbit/s) ` +
    `to an address that nobody has, which a switch passes to every host, for ${count(loadedSeconds, "second")} ` +
    `in ${count(rounds, "block")}: ${count(frames, "frame")}, ${megabytes} MB; ` +
    `and ${count(requests, "echo request")} to ${count(targets, "host")}; ` +
    `takes about ${count(Math.ceil(seconds), "second")}`
  );
}
