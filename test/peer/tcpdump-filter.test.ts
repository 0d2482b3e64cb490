import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PromiscError } from "../../src/errors.js";
import { compileFilter } from "../../src/linux/filter/compile-filter.js";
import { disassemble, disassembleToC, disassembleToNumbers } from "../../src/wire/kernel/bpf/disassemble.js";
import { PacketFilter } from "../../src/wire/kernel/bpf/run.js";
import { expressions } from "../support/capture/expressions.js";
import { framesOf, pcapOf, variousFrames } from "../support/capture/frames.js";
import { execFileSync, spawnSync } from "../support/process/child-process.js";
import { noTcpdump } from "../support/process/holding-processes.js";
import { lacking } from "../support/process/peer.js";
import { program } from "../support/process/program.js";

const linkTypes = { EN10MB: 1, RAW: 101, LINUX_SLL2: 276, LINUX_SLL: 113, PPP: 9 };

function tcpdump(options: string[], input?: Uint8Array): Buffer {
  return execFileSync("tcpdump", options, { input, stdio: ["pipe", "pipe", "pipe"], maxBuffer: 1 << 26 });
}

describe("a filter expression compared with tcpdump's", { skip: noTcpdump }, () => {
  for (const [option, print] of [
    ["-d", disassemble],
    ["-dd", disassembleToC],
    ["-ddd", disassembleToNumbers],
  ] as const)
    it(`is printed as with tcpdump ${option}`, () => {
      for (const expression of expressions)
        for (const optimize of [true, false]) {
          const options = optimize ? [] : ["-O"];
          const peer = tcpdump(["-y", "EN10MB", ...options, option, expression]).toString();
          const program = compileFilter(expression, { linkType: 1, snapLength: 262144, optimize });
          assert.equal(`${print(program).join("\n")}\n`, peer, expression);
        }
    });

  it("is compiled for other link types", () => {
    for (const [name, linkType] of Object.entries(linkTypes))
      for (const expression of ["ip6 and port 53", "tcp[0] = 1 or icmp", "inbound"]) {
        const run = () => compileFilter(expression, { linkType, snapLength: 100 });
        const [peer] = answer(() => tcpdump(["-y", name, "-s", "100", "-d", expression]).toString());
        const [own, error] = answer(run);
        assert.equal(own && `${disassemble(own).join("\n")}\n`, peer, `${name} ${expression} ${error}`);
      }
  });

  it("prints requests to the kernel with their names", () => {
    const expression = "ifindex 3 or inbound";
    const program = compileFilter(expression, { linkType: 1, snapLength: 262144 });
    const peer = tcpdump(["-y", "EN10MB", "-d", expression]).toString();
    assert.equal(`${disassemble(program).join("\n")}\n`, peer);
    assert.match(peer, /\[ifidx\]/);
  });

  for (const optimize of [true, false])
    it(`accepts the same frames of a file, ${optimize ? "optimized" : "not optimized"}`, () => {
      const frames = variousFrames();
      const file = pcapOf(frames, { truncated: 0 });
      for (const expression of expressions) {
        const options = optimize ? [] : ["-O"];
        const peer = framesOf(tcpdump(["-r", "-", ...options, "-w", "-", expression], file));
        const filter = new PacketFilter(
          compileFilter(expression, { linkType: 1, snapLength: 262144, optimize, forFile: true }),
        );
        const own = frames.filter((frame) => filter.run(frame, 0, frame.length, frame.length) > 0);
        assert.deepEqual(own.map(hexOf), peer.map(hexOf), expression);
      }
    });

  it("uses the original length of truncated packets", () => {
    const frames = variousFrames();
    const filter = new PacketFilter(
      compileFilter("greater 200 and ip", { linkType: 1, forFile: true, snapLength: 9 }),
    );
    const peer = framesOf(
      tcpdump(["-r", "-", "-w", "-", "greater 200 and ip"], pcapOf(frames, { truncated: 150 })),
    );
    const own = frames.filter((frame) => filter.run(frame, 0, frame.length, frame.length + 150) > 0);
    assert.ok(peer.length > 0);
    assert.deepEqual(own.map(hexOf), peer.map(hexOf));
  });

  it("is refused with tcpdump's message, and with a mark at the error", () => {
    const places: [expression: string, caret: string][] = [
      ["tcp prot 80", "    ^"],
      ["port 80 and (host 10.0.0.1 or or tcp)", "                              ^"],
      ["ip[0:3] = 1", "      ^"],
      ["tcp and", "       ^"],
      ["(tcp or udp", "           ^"],
      ["tcp)", "   ^"],
      ["ether host 1.2.3.4", "           ^"],
      ["udp port 99999", "         ^"],
      ["vlan 4096", "     ^"],
      ["tcp and foo = 3", "        ^"],
      ["host localhost and hots 1.2.3.4", "                   ^"],
      ["host localhost and tcp prot 80", "                       ^"],
      ["host localhost or no-such-host.invalid", "                  ^"],
      ["port 80 and ip src host localhost) or tcp", "                                 ^"],
      ["port 80 and port no-such-port", "                 ^"],
      ["host localhost and vlan 4096", "                        ^"],
    ];
    for (const [expression, caret] of places) {
      const [, peer] = answer(() => tcpdump(["-y", "EN10MB", "-d", expression]));
      const [, own] = answer(() => compileFilter(expression, { linkType: 1 }));
      assert.ok(own instanceof PromiscError, expression);
      assert.equal(own.code, "usage");
      const said = own.message.replace("cannot compile the filter expression: ", "");
      assert.ok(String((peer as { stderr: Buffer }).stderr).includes(said), `${expression}: ${said}`);
      assert.equal(own.hint, `${expression}\n${caret}`);
    }
  });

  it("looks up names as often as tcpdump, also to find the place of an error", {
    skip: lacking("strace"),
  }, () => {
    const lookUps = (...command: string[]): number => {
      const wrapper = ["-f", "-e", "trace=openat", "-e", "status=successful"];
      const { stderr } = spawnSync("strace", [...wrapper, ...command], { encoding: "utf8" });
      return stderr.split('"/etc/hosts"').length - 1;
    };
    const wrong = "host localhost and tcp prot 80 and (tcp or udp) or ip[0] = 3 and less 7";
    const peer = lookUps("tcpdump", "-y", "EN10MB", "-d", wrong);
    assert.ok(peer > 0);
    assert.equal(lookUps(program, "capture", "-d", wrong), peer);
  });

  it("can't use for a file what only the kernel knows", () => {
    const [, peer] = answer(() => tcpdump(["-r", "-", "inbound"], pcapOf([])));
    assert.ok(peer);
    assert.throws(() => compileFilter("inbound", { linkType: 1, forFile: true }), { code: "usage" });
  });
});

/** Returns the result of a call, or the error that it throws. */
function answer<Result>(call: () => Result): [result: Result | undefined, error?: unknown] {
  try {
    return [call()];
  } catch (error) {
    return [undefined, error];
  }
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
