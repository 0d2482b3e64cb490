// A lab of many hosts should start quickly, and its hub should carry the traffic of a test.
import { createLan } from "../src/index.js";
import { noTun } from "../test/support/network/devices.js";
import { generate } from "../test/support/network/packet-generator.js";
import { isolateOrEnd } from "./support/isolate.js";
import { spread } from "./support/paired.js";
import { claim, figures, perSecond, ratio } from "./support/report.js";
import { spawn } from "./support/spawn.js";

isolateOrEnd("lab");
if (noTun) {
  console.log(`\nlab is left out: it ${noTun}`);
  process.exit();
}

claim("A LAN of 200 hosts is up in less than 10 seconds");
for (const hosts of [3, 50, 200]) {
  const times = Array.from({ length: 5 }, () => {
    const begin = performance.now();
    const lan = createLan({ hosts });
    const end = performance.now();
    lan[Symbol.dispose]();
    return end - begin;
  });
  const aim = hosts === 200 ? { atMost: 10 } : undefined;
  ratio(`seconds for ${hosts} hosts`, spread(times.map((time) => time / 1000)), aim);
}

claim("The hub carries 100,000 frames of 64 bytes per second between two hosts, on one core");
const RATE = 100_000;
const rates: number[] = [];
const shares: number[] = [];
for (let round = 0; round < 5; round++) {
  using lan = createLan({ hosts: 2 });
  const [sender, receiver] = [lan.host(1), lan.host(2)];
  // The destination of the generator's frames.
  receiver.run(() => spawn("ip", "link", "set", "eth0", "address", "02:00:00:00:00:fe"));
  const cpu = process.cpuUsage();
  // The kernel's index of the card. The loopback interface is the first device of a namespace.
  await sender.run(() => generate({ index: 2, count: 5 * RATE, size: 60, rate: RATE }));
  const { user, system } = process.cpuUsage(cpu);
  const passed = receiver.counts.passed.own;
  rates.push((passed / (user + system)) * 1e6);
  shares.push(passed / (5 * RATE));
}
figures([
  ["frames per second of the hub's processor time", perSecond(1000 / spread(rates).median)],
  ["of 100,000 per second for 5 seconds carried", `${(spread(shares).median * 100).toFixed(1)}%`],
]);
ratio("times 100,000 per second", spread(rates.map((rate) => rate / 100_000)), { atLeast: 1 });
