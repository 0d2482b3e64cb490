import assert from "node:assert/strict";
import { test } from "node:test";
import { Wake, WakeQueue } from "../src/wake-queue.js";

async function all<Event>(events: AsyncIterable<Event>): Promise<Event[]> {
  const taken: Event[] = [];
  for await (const event of events) taken.push(event);
  return taken;
}

test("events are handed out in their order, those from before the loop and those that come while it waits", async () => {
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

test("what comes while an event is handled is handed out after it", async () => {
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

test("an error comes after all that waited", async () => {
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

test("a signal ends it at once, whether it waits or has much to hand out", async () => {
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

test("to leave the loop closes it", async () => {
  const queue = new WakeQueue<number>();
  queue.push(1);
  queue.push(2);
  for await (const _ of queue) break;
  queue.push(3);
  assert.deepEqual(await all(queue), []);
});

test("what waits can be taken without a loop", async () => {
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

test("a wait ends when it is woken, or after the time that it has", async () => {
  const wake = new Wake();
  const woken = wake.wait(60_000);
  wake.wake();
  await woken;
  await wake.wait(1);
});
