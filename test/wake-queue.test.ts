import assert from "node:assert/strict";
import { test } from "node:test";
import { Wake, WakeQueue } from "../src/wake-queue.js";

async function all<Event>(events: AsyncIterable<Event>): Promise<Event[]> {
  const taken: Event[] = [];
  for await (const event of events) taken.push(event);
  return taken;
}

test("a wake queue hands out events in their order: those added before the loop begins and those added while it waits", async () => {
  const queue = new WakeQueue<number>();
  queue.push(1);
  queue.push(2);
  const taken = all(queue);
  setImmediate(() => {
    queue.push(3);
    setImmediate(() => {
      queue.push(4);
      queue.close();
      queue.push(5);
    });
  });
  assert.deepEqual(await taken, [1, 2, 3, 4]);
});

test("a wake queue hands out events that arrive while another is handled after that one", async () => {
  const queue = new WakeQueue<number>();
  queue.push(1);
  const taken: number[] = [];
  for await (const event of queue) {
    taken.push(event);
    if (event < 4) queue.push(event + 1);
    else queue.close();
  }
  assert.deepEqual(taken, [1, 2, 3, 4]);
});

test("a wake queue throws an error after it has handed out all events that were added before it", async () => {
  const queue = new WakeQueue<string>();
  queue.push("first");
  queue.close(new Error("the end"));
  queue.close(new Error("another one"));
  const taken: string[] = [];
  await assert.rejects(async () => {
    for await (const event of queue) taken.push(event);
  }, /the end/);
  assert.deepEqual(taken, ["first"]);
});

test("a wake queue ends at once when its signal aborts, whether it waits or still has many events", async () => {
  const waiting = new AbortController();
  const idle = all(new WakeQueue(waiting.signal));
  setImmediate(() => waiting.abort());
  assert.deepEqual(await idle, []);

  const busy = new AbortController();
  const queue = new WakeQueue<number>(busy.signal);
  for (const event of [1, 2, 3]) queue.push(event);
  const taken: number[] = [];
  for await (const event of queue) {
    taken.push(event);
    if (event === 2) busy.abort();
  }
  assert.deepEqual(taken, [1, 2]);

  const aborted = new WakeQueue<number>(AbortSignal.abort());
  aborted.push(1);
  assert.deepEqual(await all(aborted), []);
});

test("leaving the loop closes the wake queue", async () => {
  const queue = new WakeQueue<number>();
  queue.push(1);
  queue.push(2);
  for await (const _ of queue) break;
  queue.push(3);
  assert.deepEqual(await all(queue), []);
});

test("events of a wake queue can be taken without a loop", async () => {
  const queue = new WakeQueue<number>();
  assert.equal(queue.isReady, false);
  setImmediate(() => queue.push(1));
  await queue.ready();
  assert.deepEqual(queue.take(), [1]);
  assert.equal(queue.isReady, false);
  queue.close();
  await queue.ready();
  assert.deepEqual(queue.take(), []);
});

test("wait() of a wake queue returns when it is woken, or after its timeout", async () => {
  const wake = new Wake();
  const woken = wake.wait(60_000);
  wake.wake();
  await woken;
  await wake.wait(1);
});
