import type { PacketSink } from "../../../capture/pump.js";
import { counted } from "../../../counted.js";
import { write, writeJson } from "../../output/write.js";

/** Counts packets, and prints their number when there are no more, also after an error. */
export class CountSink implements PacketSink {
  readonly #json: boolean;
  #count = 0;

  constructor(json: boolean) {
    this.#json = json;
  }

  take(): boolean {
    this.#count++;
    return true;
  }

  flush(): void {}

  end(): void {
    printCount(this.#count, this.#json);
  }
}

/** Prints a number of packets, as tcpdump's `--count` does. */
export function printCount(packets: number, json: boolean): void {
  if (json) writeJson({ packets });
  else write(1, `${counted(packets, "packet")}\n`);
}
