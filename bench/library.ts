// A program that often changes or reads interfaces should not have to start another program each time.
import { readInterface, setPromiscuous } from "../src/index.js";
import { isolateOrEnd } from "./support/isolate.js";
import { median, pairedRounds, spread } from "./support/paired.js";
import { claim, figures, perSecond, ratio } from "./support/report.js";
import { ipBatch, spawn } from "./support/spawn.js";

isolateOrEnd("library");
ipBatch(["link add v0 type veth peer name v1", "link set v0 up", "link set v1 up"]);

/** Returns a contestant that repeats an operation until the time is measurable. */
function repeat(operations: number, once: () => void): { operations: number; run(): void } {
  return {
    operations,
    run: () => {
      for (let done = 0; done < operations; done++) once();
    },
  };
}

// The kernel logs a line for each change between 0 and 1, whichever program causes it.
const cycles = 100;
const cycle = pairedRounds(
  {
    netlink: repeat(cycles, () => {
      setPromiscuous("v0", true);
      setPromiscuous("v0", false);
    }),
    ioctl: repeat(cycles, () => {
      setPromiscuous("v0", true, { via: "ioctl" });
      setPromiscuous("v0", false, { via: "ioctl" });
    }),
    ip: repeat(3, () => {
      spawn("ip", "link", "set", "v0", "promisc", "on");
      spawn("ip", "link", "set", "v0", "promisc", "off");
    }),
    batch: {
      operations: cycles,
      run: () => ipBatch(Array(cycles).fill("link set v0 promisc on\nlink set v0 promisc off")),
    },
  },
  { rounds: 40 },
);

claim(
  "setPromiscuous on and off is much faster than ip link set DEV promisc on and off, which take a process each",
);
figures([
  ["setPromiscuous, netlink", perSecond(median(cycle.map(({ netlink }) => netlink)))],
  ["setPromiscuous, ioctl", perSecond(median(cycle.map(({ ioctl }) => ioctl)))],
  ["ip link set promisc", perSecond(median(cycle.map(({ ip }) => ip)))],
  [`for scale, ${cycles} in one ip -batch`, perSecond(median(cycle.map(({ batch }) => batch)))],
]);
ratio("netlink, times faster", spread(cycle.map(({ netlink, ip }) => ip / netlink)), { atLeast: 20 });
ratio("ioctl, times faster", spread(cycle.map(({ ioctl, ip }) => ip / ioctl)), { atLeast: 20 });

const read = pairedRounds(
  {
    library: repeat(100, () => readInterface("v0")),
    ip: repeat(3, () => spawn("ip", "-j", "-d", "address", "show", "v0")),
  },
  { rounds: 40 },
);

claim("readInterface is much faster than ip -j -d address show DEV");
figures([
  ["readInterface", perSecond(median(read.map(({ library }) => library)))],
  ["ip -j -d address show v0", perSecond(median(read.map(({ ip }) => ip)))],
]);
ratio("times faster", spread(read.map(({ library, ip }) => ip / library)), { atLeast: 20 });
