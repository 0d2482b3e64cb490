import { HoldingProcess } from "../process/holding-processes.js";

/**
 * Does what a container host does all day: makes veth pairs, adds them to a bridge, brings them up, and deletes them,
 * ten at a time.
 */
export function churn(bridge: string, pairs: number): Churn {
  return new Churn(bridge, pairs);
}

class Churn implements AsyncDisposable {
  readonly #running: Promise<HoldingProcess>;
  isOver = false;

  constructor(bridge: string, pairs: number) {
    this.#running = HoldingProcess.start("sh", ["-c", script(bridge, pairs)], "begun").then((running) => {
      running.process.once("exit", () => {
        this.isOver = true;
      });
      return running;
    });
  }

  /** Waits until all pairs have been made and deleted. */
  async over(): Promise<void> {
    await this.#running;
    while (!this.isOver) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#running)[Symbol.asyncDispose]();
  }
}

function script(bridge: string, pairs: number): string {
  return `
echo begun
number=0
while [ $number -lt ${pairs} ]; do
  for each in 0 1 2 3 4 5 6 7 8 9; do
    ip link add churn-$each type veth peer name churned-$each
    ip link set churn-$each master ${bridge} up
    ip link set churned-$each up
  done
  for each in 0 1 2 3 4 5 6 7 8 9; do ip link del churn-$each; done
  number=$((number + 10))
done`;
}
