import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readCapture } from "../../../../src/capture/file/read/read-capture.js";
import { decoyLogin } from "../../../../src/detect/decoy/login/decoy-login.js";
import type {
  DecoyLoginAttempt,
  DecoyLoginBegin,
  DecoyLoginEvent,
} from "../../../../src/detect/decoy/login/event.js";
import type { DecoyLoginOptions } from "../../../../src/detect/decoy/login/options.js";
import type { LabHost } from "../../../../src/lab/host.js";
import { createLan, type Lan } from "../../../../src/lab/lan.js";
import { dissect } from "../../../../src/wire/packet/dissect/dissect.js";
import { noTun } from "../../../support/network/devices.js";
import { ip, isolate, noNamespaces } from "../../../support/network/namespace.js";
import { cable } from "../../../support/network/veth.js";
import { spawn } from "../../../support/process/child-process.js";
import { HoldingProcess, noTcpdump } from "../../../support/process/holding-processes.js";
import { lacking } from "../../../support/process/peer.js";

isolate();

/** Runs the decoy login from the first host of a LAN. */
async function* decoying(
  lan: Lan,
  options: Partial<DecoyLoginOptions> = {},
): AsyncGenerator<DecoyLoginEvent> {
  const events = decoyLogin({ interface: "eth0", rounds: 1, wait: 5000, ...options });
  const first = await lan.host(1).run(() => events.next());
  if (first.done) return;
  yield first.value;
  yield* events;
}

/**
 * Starts a client on a host that sends `text` to a server, and returns what it receives until the server closes the
 * connection.
 */
function converse(host: LabHost, to: { address: string; port: number }, text: string): Promise<string> {
  const script = `
    const socket = require("node:net").connect(${to.port}, ${JSON.stringify(to.address)});
    socket.on("error", () => {});
    socket.write(${JSON.stringify(text)});
    socket.pipe(process.stdout);`;
  const child = host.run(() =>
    spawn(process.execPath, ["--eval", script], { stdio: ["ignore", "pipe", "inherit"] }),
  );
  let heard = "";
  child.stdout.setEncoding("latin1").on("data", (chunk: string) => {
    heard += chunk;
  });
  return new Promise((resolve) => child.once("close", () => resolve(heard)));
}

const login = (user: string, password: string): string => `USER ${user}\r\nPASS ${password}\r\nQUIT\r\n`;

/** Collects all events. Calls `action` when the login has been sent over the LAN. */
async function collect(
  events: AsyncGenerator<DecoyLoginEvent>,
  action: (begin: DecoyLoginBegin) => Promise<unknown>,
): Promise<DecoyLoginEvent[]> {
  const seen: DecoyLoginEvent[] = [];
  for await (const event of events) {
    seen.push(event);
    const [begin] = seen;
    if (event.event === "sent" && begin?.event === "start") await action(begin);
  }
  return seen;
}

const lackingHere = noNamespaces || noTun || noTcpdump || lacking("ip", "tcpdump");

describe("the decoy login on a LAN", { skip: lackingHere, timeout: 120_000 }, () => {
  for (const protocol of ["ftp", "pop3"] as const)
    for (const isSwitch of [false, true])
      it(`is read and used by a sniffer: ${protocol} on a ${isSwitch ? "switch" : "hub"}`, async () => {
        using lan = createLan({ hosts: 3, switch: isSwitch });
        const [prober, second, third] = lan.hosts as [LabHost, LabHost, LabHost];
        const folder = mkdtempSync(join(tmpdir(), "promisc-decoy-"));
        const file = join(folder, "seen.pcap");
        try {
          await using _ = await third.run(() =>
            HoldingProcess.tcpdump("-i", "eth0", "-U", "-w", file, "tcp"),
          );
          let begin: DecoyLoginBegin | undefined;
          let stolen: { user: string; password: string } | undefined;
          let attempt: DecoyLoginAttempt | undefined;
          let rounds = 0;
          for await (const event of decoying(lan, { protocol, rounds: 2, interval: 500, wait: 100_000 })) {
            if (event.event === "start") begin = event;
            if (event.event === "attempt") attempt = event;
            if (event.event === "sent") rounds = event.round;
            if (begin && event.event === "sent" && !stolen) {
              stolen = await steal(file, prober.ip, begin.port);
              await converse(third, begin, login(stolen.user, stolen.password));
            }
            if (attempt && rounds === 2) break;
          }
          assert.ok(begin && attempt);
          assert.deepEqual(stolen, { user: begin.user, password: begin.password });
          const { time, port, ...rest } = attempt;
          assert.deepEqual(rest, {
            event: "attempt",
            finding: true,
            login: "decoy",
            user: begin.user,
            address: third.ip,
            mac: third.mac,
            self: false,
          });
          assert.equal(begin.frames, 26);
          // A host that isn't promiscuous receives none of the frames, and a promiscuous one receives all of them.
          assert.equal(second.counts.passed.other, 0);
          assert.ok(third.counts.passed.other >= 26);
        } finally {
          rmSync(folder, { recursive: true });
        }
      });

  it("ignores other logins, and refuses every login", async () => {
    using lan = createLan({ hosts: 3 });
    const [, second, third] = lan.hosts as [LabHost, LabHost, LabHost];
    let heard = "";
    const events = await collect(decoying(lan), async (begin) => {
      heard += await converse(second, begin, login("root", "toor"));
      heard += await converse(second, begin, login(begin.user, "wrong"));
      heard += await converse(
        third,
        begin,
        `PASS ${begin.password}\r\n\x1b[2J\0\r\nUSER ${"x".repeat(200)}\r\nPASS x\r\nQUIT\r\n`,
      );
    });
    const attempts = events.filter((event) => event.event === "attempt");
    assert.deepEqual(
      attempts.map(({ finding, login, user, mac }) => ({ finding, login, user, mac })),
      [
        { finding: false, login: "other", user: "root", mac: second.mac },
        { finding: false, login: "decoy-user", user: attempts[1]?.user, mac: second.mac },
        { finding: false, login: "other", user: "", mac: third.mac },
        { finding: false, login: "other", user: "x".repeat(64), mac: third.mac },
      ],
    );
    assert.equal(heard.match(/^530 Login incorrect\.\r$/gm)?.length, 4);
    assert.equal(heard.match(/^230/gm), null);
    const end = events.at(-1);
    assert.ok(end?.event === "end");
    assert.deepEqual([end.uses, end.others, end.connections], [[], 4, 3]);
    assert.match(end.words, /^nobody used the login/);
  });

  it("works during 1,000 hostile connections", async () => {
    using lan = createLan({ hosts: 3 });
    const [, second, third] = lan.hosts as [LabHost, LabHost, LabHost];
    const noise: DecoyLoginEvent[] = [];
    let attack: Promise<void> | undefined;
    for await (const event of decoying(lan, { wait: 100_000 })) {
      if (event.event === "attempt" && event.finding) {
        assert.deepEqual([event.address, event.mac], [third.ip, third.mac]);
        break;
      }
      if (event.event === "attempt") noise.push(event);
      if (event.event === "start") attack = attackAndUse(second, third, event);
    }
    // The clients notice that their connections end only while the LAN exists.
    await attack;
    assert.ok(noise.length <= 200, `${noise.length}`);
  });

  it("counts repeated uses by one host, and recognizes this machine", async () => {
    using lan = createLan({ hosts: 2 });
    const [prober, second] = lan.hosts as [LabHost, LabHost];
    const events = await collect(decoying(lan, { port: 2121 }), async (begin) => {
      assert.equal(begin.port, 2121);
      for (const host of [second, second, prober])
        await converse(host, begin, login(begin.user, begin.password));
    });
    const end = events.at(-1);
    assert.ok(end?.event === "end");
    assert.deepEqual(end.uses, [
      { address: second.ip, mac: second.mac, self: false, times: 2 },
      { address: prober.ip, self: true, times: 1 },
    ]);
    assert.equal(events.filter(({ event }) => event === "attempt").length, 2);
  });

  it("stops at once when it is aborted or left, and closes the port", async () => {
    using lan = createLan({ hosts: 2 });
    for (const way of ["abort", "break"]) {
      const stop = new AbortController();
      const seen: string[] = [];
      for await (const event of decoying(lan, { rounds: 60, wait: 3_000_000, signal: stop.signal })) {
        seen.push(event.event);
        if (event.event !== "sent") continue;
        if (way === "break") break;
        stop.abort();
      }
      assert.deepEqual(seen, ["start", "sent"]);
    }
    const sent = lan.host(2).counts.filtered.other;
    await new Promise((resolve) => setTimeout(resolve, 700));
    assert.equal(lan.host(2).counts.filtered.other, sent);
  });

  it("reports a port that is in use or needs a privilege, and an interface that it can't use", async () => {
    using lan = createLan({ hosts: 2 });
    const fail = async (options: Partial<DecoyLoginOptions>): Promise<void> => {
      for await (const _ of decoying(lan, options)) assert.fail("it began");
    };
    const port = "require('node:net').createServer().listen(21, () => console.log('ready'))";
    await using _ = await lan
      .host(1)
      .run(() => HoldingProcess.start(process.execPath, ["--eval", port], "ready"));
    await assert.rejects(fail({}), {
      code: "kernel",
      message: /^cannot set out a decoy login by eth0: .*\(EADDRINUSE\)$/,
      hint: /a service listens on port 21 already: give another port/,
    });
    await assert.rejects(fail({ interface: "lo" }), {
      code: "usage",
      message: /isn't an Ethernet interface/,
    });
    cable("v0", "v1");
    const bare = decoyLogin({ interface: "v0" });
    await assert.rejects(bare.next(), { code: "usage", message: /has no IPv4 address/ });
    ip("link del v0");
  });
});

/** Opens 1,000 connections from one host, which stay open, and uses the login from another host meanwhile. */
async function attackAndUse(attacker: LabHost, user: LabHost, begin: DecoyLoginBegin): Promise<void> {
  // The connections are silent, or send endless lines or floods of commands, or are reset.
  const script = `
    const net = require("node:net");
    let settled = 0;
    for (let number = 0; number < 1000; number++) {
      const socket = net.connect(${begin.port}, "${begin.address}");
      socket.once("error", () => {});
      socket.once("connect", () => {
        if (number % 4 === 1) socket.write("x".repeat(1 << 20));
        if (number % 4 === 2) socket.write("PASS y\\r\\n".repeat(10000));
        if (number % 4 === 3) socket.resetAndDestroy();
        if (++settled === 1000) console.log("ready");
      });
    }`;
  await using _ = await attacker.run(() =>
    HoldingProcess.start(process.execPath, ["--eval", script], "ready"),
  );
  await converse(user, begin, login(begin.user, begin.password));
}

/** Waits for the login in a capture file of frames to an address that no host has, and returns it. */
async function steal(
  file: string,
  server: string,
  port: number,
): Promise<{ user: string; password: string }> {
  for (;;) {
    const text = await typed(file, server, port);
    const found = /^USER (\S+)\r\nPASS (\S+)\r\nQUIT\r\n/.exec(text);
    if (found) return { user: found[1] as string, password: found[2] as string };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/**
 * Returns the text in the frames of a capture file that was sent to a server's port. Asserts that their checksums are
 * correct.
 */
async function typed(file: string, server: string, port: number): Promise<string> {
  let text = "";
  for await (const batch of await readCapture(file))
    while (batch.next()) {
      const { bytes, start, capturedLength } = batch.packet;
      const layers = dissect(bytes.subarray(start, start + capturedLength), 1);
      const ipv4 = layers.find((layer) => layer.protocol === "ipv4");
      const tcp = layers.find((layer) => layer.protocol === "tcp");
      const data = layers.find((layer) => layer.protocol === "data");
      if (ipv4?.destination !== server || tcp?.destinationPort !== port || !data) continue;
      assert.equal(ipv4.checksumStatus, "correct");
      assert.equal(tcp.checksumStatus, "correct");
      text += Buffer.from(data.bytes).toString("latin1");
    }
  return text;
}
