import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Link } from "../../../../src/wire/kernel/rtnetlink/link.js";
import { type XdpProgram, xdpPrograms } from "../../../../src/wire/kernel/rtnetlink/xdp.js";

describe("the XDP programs of a link", () => {
  const cases: [what: string, xdp: Link["xdp"], programs: XdpProgram[]][] = [
    ["none without IFLA_XDP", undefined, []],
    ["none if none is attached", { attached: 0 }, []],
    [
      "one, which the kernel lists by its mode as well",
      { attached: 2, programId: 5, genericProgramId: 5 },
      [{ mode: "generic", programId: 5 }],
    ],
    ["one, as old kernels list it", { attached: 3, programId: 6 }, [{ mode: "hardware", programId: 6 }]],
    [
      "several",
      { attached: 4, driverProgramId: 7, genericProgramId: 8, hardwareProgramId: 9 },
      [
        { mode: "driver", programId: 7 },
        { mode: "generic", programId: 8 },
        { mode: "hardware", programId: 9 },
      ],
    ],
  ];
  for (const [what, xdp, programs] of cases)
    it(`are ${what}`, () => assert.deepEqual(xdpPrograms(xdp ? { xdp } : {}), programs));
});
