import assert from "node:assert/strict";
import { once } from "node:events";
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { readAll } from "../support/capture/capture-files.js";
import { ip, isolate, noNamespaces, noOtherUsers, sh } from "../support/network/namespace.js";
import { generate, startGenerator } from "../support/network/packet-generator.js";
import { cable, indexOf } from "../support/network/veth.js";
import { execFileSync, spawn, spawnSync } from "../support/process/child-process.js";
import { noTcpdump } from "../support/process/holding-processes.js";
import { lacking } from "../support/process/peer.js";
import { program, promisc, Running } from "../support/process/program.js";

isolate();

const sample = fileURLToPath(
  new URL("../../../test/support/capture/captures/applications.pcap", import.meta.url),
);

/** Starts a capture, and waits until it listens. */
async function begun(...args: string[]): Promise<Running> {
  const capture = new Running(["capture", ...args]);
  await capture.hasSaid("listening on");
  return capture;
}

async function end(capture: Running): Promise<{ status: number | null; stdout: string; stderr: string }> {
  capture.process.kill("SIGINT");
  return await capture.outcome;
}

const count = (text: string, what: string): number =>
  Number(new RegExp(`(\\d+) packets? ${what}`).exec(text)?.[1]);

describe("promisc capture", { skip: noNamespaces || lacking("ip") }, () => {
  cable("x0", "x1");
  cable("y0", "y1");
  // The user that promisc becomes may write here.
  mkdirSync("/run/captures", { mode: 0o777 });
  sh("chmod 777 /run/captures");
  const load = { index: indexOf("x1"), count: 50, size: 60, rate: 0 };

  it("prints one line per packet with its packet type, and holds the interface while it runs", async () => {
    const capture = await begun("x0", "-t");
    assert.match(ip("-d link show x0"), /promiscuity 1 /);
    await generate(load);
    await capture.says("0x0000", 50);
    const { status, stdout, stderr } = await end(capture);
    assert.equal(status, 0);
    assert.match(
      stdout,
      /^02:00:00:00:00:01 > 02:00:00:00:00:fe, ethertype Unknown \(0x88b5\), length 60: \n/m,
    );
    assert.match(
      stderr,
      /^listening on x0, link-type EN10MB \(Ethernet\), snapshot length 262144 bytes, promiscuous\n/,
    );
    assert.match(
      stderr,
      /^50 packets captured: 0 for this host, 0 broadcast, 0 multicast, 50 for other hosts, 0 outgoing$/m,
    );
    assert.equal(count(stderr, "dropped by kernel"), 0);
    assert.match(ip("-d link show x0"), /promiscuity 0 /);
  });

  it("doesn't make the interface promiscuous with -p or on any", async () => {
    for (const args of [["-p", "x0"], ["any"]]) {
      const capture = await begun(...args);
      assert.match(ip("-d link show x0"), /promiscuity 0 /);
      const { stderr } = await end(capture);
      assert.match(stderr, /, not promiscuous\n/);
    }
  });

  it("ends after -c packets, and doesn't print the rest", async () => {
    const capture = await begun("-i", "x0", "-c", "7", "-t");
    await generate(load);
    const { status, stdout } = await capture.outcome;
    assert.equal(status, 0);
    assert.equal(stdout.match(/ethertype/g)?.length, 7);
  });

  it("captures only packets that match the expression", { skip: noTcpdump }, async () => {
    const capture = await begun("x0", "ether", "proto", "0x0806");
    await generate(load);
    const { stdout, stderr } = await end(capture);
    assert.equal(stdout, "");
    assert.equal(count(stderr, "captured"), 0);
  });

  it("writes one pcapng file for several interfaces, with a description and statistics for each", {
    skip: lacking("capinfos", "tshark"),
  }, async () => {
    const capture = await begun("x0", "y0", "-w", "/run/captures/two.pcapng");
    await generate(load);
    await generate({ ...load, index: indexOf("y1"), count: 30 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { status } = await end(capture);
    assert.equal(status, 0);
    const facts = sh("capinfos /run/captures/two.pcapng");
    assert.match(facts, /Number of interfaces in file: 2/);
    assert.match(facts, /Name = x0[\s\S]*Number of stat entries = 1\n\s+Number of packets = 50/);
    assert.match(facts, /Name = y0[\s\S]*Number of packets = 30/);
  });

  it("captures on every interface that is up with all", async () => {
    const capture = await begun("all", "--classes");
    for (const name of ["x0", "x1", "y0", "y1"]) assert.match(ip(`-d link show ${name}`), /promiscuity 1 /);
    const { stdout } = await end(capture);
    for (const name of ["x0", "x1", "y0", "y1"]) assert.match(stdout, new RegExp(`^${name} `, "m"));
  });

  it("escapes control characters in interface names before lines", async () => {
    // If its name were read as Latin-1, its first letter would be an escape character.
    cable("\u011b[2J", "name1");
    cable("a\x1b[2Jb", "name2");
    const capture = await begun("-t", "all");
    for (const peer of ["name1", "name2"]) await generate({ ...load, index: indexOf(peer), count: 1 });
    await capture.says("0x0000", 2);
    const { stdout } = await end(capture);
    assert.match(stdout, /^M-DM-\^\[\[2J +P +02:/m);
    assert.match(stdout, /^a\^\[\[2Jb +P +02:/m);
    assert.ok(!stdout.includes("\x1b"));
    ip("link del name1");
    ip("link del name2");
  });

  it("shows frames by class, and which of them only promiscuous mode adds", async () => {
    const capture = await begun("--classes", "--json", "x0");
    await generate(load);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { stdout } = await end(capture);
    const last = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
    assert.deepEqual(last.classes, { host: 0, broadcast: 0, multicast: 0, otherHost: 50, outgoing: 0 });
  });

  it("prints JSON, one object per packet, and nothing else on standard output", async () => {
    const capture = await begun("--json", "x0");
    await generate({ ...load, count: 3 });
    await capture.says('"schema"', 3);
    const { stdout } = await end(capture);
    const packets = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    for (const { schema, time, interface: name, packet_type, length, layers } of packets) {
      assert.deepEqual([schema, name, packet_type, length], [1, "x0", "otherhost", 60]);
      assert.match(time, /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
      assert.equal(layers[0].protocol, "ethernet");
    }
  });

  it("gives up root, and its files belong to the user that it becomes", {
    skip: noOtherUsers || lacking("useradd"),
  }, async () => {
    sh("useradd -r -M capturer-test");
    try {
      const capture = await begun("x0", "-w", "/run/captures/owned.pcap", "--user", "capturer-test");
      const status = readFileSync(`/proc/${capture.process.pid}/status`, "latin1");
      assert.match(status, /^CapEff:\t0{16}$/m);
      const { stderr } = await end(capture);
      assert.match(stderr, /^gave up root for user capturer-test$/m);
      assert.equal(String(statSync("/run/captures/owned.pcap").uid), sh("id -u capturer-test").trim());
    } finally {
      sh("userdel capturer-test");
    }
  });

  it("splits files by size, and tcpdump reads each of them", { skip: noTcpdump }, async () => {
    const capture = await begun("x0", "-w", "/run/captures/split", "-C", "1k", "-W", "4", "--user", "root");
    await generate({ ...load, count: 100 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await end(capture);
    for (const number of ["0", "1", "2", "3"]) {
      const { status } = spawnSync("tcpdump", ["-n", "-r", `/run/captures/split${number}`]);
      assert.equal(status, 0);
    }
  });

  it("ends with an error and a whole file when the interface is removed", {
    skip: noTcpdump,
  }, async () => {
    cable("z0", "z1");
    const capture = await begun("z0", "-w", "/run/captures/gone.pcap", "--user", "root");
    await generate({ ...load, index: indexOf("z1") });
    await new Promise((resolve) => setTimeout(resolve, 200));
    ip("link del z0");
    const { status, stderr } = await capture.outcome;
    assert.equal(status, 4);
    assert.match(stderr, /the interface disappeared/);
    const { stdout } = spawnSync("tcpdump", ["-n", "-r", "/run/captures/gone.pcap"], { encoding: "utf8" });
    assert.equal(stdout.match(/0x88b5/g)?.length, 50);
  });

  it("reports how many packets are lost on a full disk, and leaves a whole file", {
    skip: noTcpdump,
  }, async () => {
    mkdirSync("/run/full");
    sh("mount -t tmpfs -o size=64k tmpfs /run/full");
    const capture = await begun("x0", "-w", "/run/full/out.pcap", "--user", "root");
    await generate({ ...load, count: 2000, size: 200 });
    const { status, stderr } = await capture.outcome;
    assert.equal(status, 5);
    const [, lost, written] = /(\d+) packets? (?:is|are) lost, (\d+) were written/.exec(stderr) ?? [];
    assert.ok(Number(lost) > 0);
    const { stdout, status: readable } = spawnSync("tcpdump", ["-n", "-r", "/run/full/out.pcap"], {
      encoding: "utf8",
    });
    assert.equal(readable, 0);
    assert.equal(stdout.match(/0x88b5/g)?.length, Number(written));
  });

  it("ends at Ctrl-C while the reader of its pipe doesn't read", { skip: lacking("pgrep") }, async () => {
    const capture = spawn("sh", ["-c", `"${program}" capture x0 -w - | sleep 60`], {
      stdio: ["ignore", "ignore", "pipe"],
      detached: true,
    });
    let said = "";
    capture.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    while (!said.includes("listening on")) {
      assert.equal(capture.exitCode, null, said);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await generate({ ...load, count: 3000, size: 1000 });
    // It is found by its command line, because Node.js names its main thread differently in each version.
    const pid = execFileSync("pgrep", ["-g", `${capture.pid}`, "-f", "^[^ ]*node "], { encoding: "utf8" });
    process.kill(Number(pid.split("\n")[0]), "SIGINT");
    // The summary comes first, then the error.
    for (let waited = 0; waited < 10_000 && !said.includes("were written"); waited += 5)
      await new Promise((resolve) => setTimeout(resolve, 5));
    assert.match(said, /its reader doesn't read: \d+ packets are lost, \d+ were written/);
    process.kill(-(capture.pid ?? 0), "SIGKILL");
    await once(capture, "close");
    assert.match(ip("-d link show x0"), /promiscuity 0 /);
  });

  it("ends at a signal that arrives as soon as it has printed that it listens", async () => {
    // promisc blocks in a write to the full pipe until somebody reads it.
    sh("mkfifo /run/words");
    const words = openSync("/run/words", constants.O_RDWR | constants.O_NONBLOCK);
    const full = Buffer.alloc(4096, "\n");
    assert.throws(
      () => {
        for (;;) writeSync(words, full);
      },
      { code: "EAGAIN" },
    );
    const stderr = openSync("/run/words", "w");
    const capture = spawn(program, ["capture", "x0", "-t"], { stdio: ["ignore", "ignore", stderr] });
    const ended = once(capture, "exit");
    // The process waits in write(2), or in futex(2) between two attempts if Node.js has made the pipe non-blocking.
    for (let waits = 0; waits < 5; ) {
      assert.equal(capture.exitCode, null);
      await new Promise((resolve) => setTimeout(resolve, 5));
      const call = readFileSync(`/proc/${capture.pid}/syscall`, "latin1");
      const isHeld = ip("-d link show x0").includes("promiscuity 1 ");
      if (isHeld && (/^\d+ 0x2 /.test(call) || /^(202|98) /.test(call))) waits++;
    }
    capture.kill("SIGINT");
    for (let read = 0; read < 1 << 16; ) read += readSync(words, full);
    assert.deepEqual(await ended, [0, null]);
    closeSync(stderr);
    assert.match(
      String(full.subarray(0, readSync(words, full))),
      /^listening on x0.*^\d+ packets captured/ms,
    );
    closeSync(words);
  });

  it("ends quietly when its reader closes the pipe", async () => {
    const generator = startGenerator({ ...load, count: 20_000, rate: 5000 });
    const { stdout, status } = spawnSync("sh", ["-c", `"${program}" capture x0 -t 2>/dev/null | head -2`], {
      encoding: "utf8",
    });
    generator.kill("SIGKILL");
    assert.equal(status, 0);
    assert.equal(stdout.split("\n").length, 3);
  });

  it("prints or writes every packet that the kernel counted when it is stopped under load", async () => {
    const capture = await begun("x0", "-w", "/run/captures/load.pcap", "--user", "root");
    const generator = startGenerator({ ...load, count: 400_000, rate: 100_000 });
    while (statSync("/run/captures/load.pcap").size < 500_000) {
      assert.equal(generator.exitCode, null);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const { stderr } = await end(capture);
    generator.kill("SIGKILL");
    const received = count(stderr, "received by filter");
    assert.ok(received > 1000);
    assert.equal(count(stderr, "captured") + count(stderr, "dropped by kernel"), received);
    const file = readFileSync("/run/captures/load.pcap");
    let packets = 0;
    for (let at = 24; at < file.length; at += 16 + file.readUInt32LE(at + 8)) packets++;
    assert.equal(packets, count(stderr, "captured"));
  });

  const refusals: readonly [args: string[], status: number, message: RegExp][] = [
    [["nosuch0"], 4, /cannot capture: there is no interface nosuch0, and no expression begins so \(/],
    [["-i", "nosuch0"], 4, /cannot capture on nosuch0: No such device \(ENODEV\)/],
    [["x0", "arp", "and"], 2, /cannot compile the filter expression: .*\narp and\n/],
    [["-r", "/run/none.pcap"], 5, /\/run\/none.pcap: No such file or directory \(ENOENT\)/],
    [["-r", sample, "-i", "x0"], 2, /-r reads a file, and an interface is named too/],
    [["-r", sample, "-w", sample], 2, /it is the file that is read/],
    [["x0", "-c", "0"], 2, /-c 0 is out of range/],
    [["x0", "-s", "big"], 2, /-s big isn't a whole number/],
    [["x0", "-B", "1"], 2, /-B 1 is out of range/],
    [["x0", "-Q", "up"], 2, /there is no direction up/],
    [["x0", "-G", "5"], 2, /-C, -G and -W split a file/],
    [["x0", "-W", "5", "-w", "/run/captures/f"], 2, /-W counts the files that -C or -G make/],
    [["x0", "--user", "nobody-there"], 2, /there is no user nobody-there/],
    [["x0", "--json", "-w", "-"], 2, /--json and -w - both want standard output/],
    [["x0", "--print", "-w", "-"], 2, /--print and -w - both want standard output/],
    [["x0", "--classes", "-w", "-"], 2, /--classes and -w - both want standard output/],
    [["--classes", "-r", sample], 2, /--classes counts what comes by interfaces, and -r reads a file/],
    [["-Q", "in", "-r", sample], 2, /-Q in chooses what is captured, and -r reads a file/],
    [["x0", "-tttttt"], 2, /-t is given more than five times/],
  ];
  for (const [args, status, message] of refusals)
    it(`refuses ${args.join(" ").replaceAll(sample, "FILE")}`, () => {
      const outcome = promisc(["capture", ...args]);
      assert.match(outcome.stderr, message);
      assert.equal(outcome.status, status);
      assert.match(outcome.stderr.trim(), /^promisc: /);
    });

  it("reports that it needs CAP_NET_RAW", { skip: noOtherUsers || lacking("setpriv") }, () => {
    const wrapper = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const { status, stderr } = promisc(["capture", "x0"], { wrapper });
    assert.equal(status, 3);
    assert.match(
      stderr,
      /^promisc: cannot capture on x0: Operation not permitted \(EPERM\)\nneeds CAP_NET_RAW/,
    );
    const raw = [
      "setpriv",
      "--reuid=65534",
      "--regid=65534",
      "--clear-groups",
      "--inh-caps=+net_raw",
      "--ambient-caps=+net_raw",
    ];
    const allowed = spawnSync(
      raw[0] as string,
      [...raw.slice(1), "timeout", "-s", "INT", "1", program, "capture", "x0"],
      { encoding: "utf8" },
    );
    assert.match(allowed.stderr, /^listening on x0/);
  });
});

describe("promisc capture -r", () => {
  it("copies a filtered file from a pipe to a pipe", { skip: noTcpdump }, () => {
    const input = readFileSync(sample);
    const { stdout, status } = spawnSync(program, ["capture", "-r", "-", "-w", "-", "icmp6"], { input });
    assert.equal(status, 0);
    const ours = spawnSync("tcpdump", ["-n", "-r", "-"], { input: stdout }).stdout;
    assert.deepEqual(ours, spawnSync("tcpdump", ["-n", "-r", sample, "icmp6"]).stdout);
  });

  it("copies packets to a pipe as they arrive, before the input ends", async () => {
    const path = `/tmp/promisc-copied-${process.pid}.pcapng`;
    assert.equal(promisc(["capture", "-r", sample, "-w", path]).status, 0);
    const { length } = readFileSync(sample);
    for (const file of [sample, path]) {
      const copy = spawn("sh", ["-c", `"${program}" capture -r - -w - | cat`], {
        stdio: ["pipe", "pipe", "inherit"],
      });
      copy.stdin.write(readFileSync(file));
      let got = 0;
      for await (const chunk of copy.stdout) {
        got += chunk.length;
        if (got === length) copy.stdin.end();
      }
      assert.equal(got, length);
    }
    sh(`rm ${path}`);
  });

  it("ends at Ctrl-C while the reader of its pipe doesn't read and its input doesn't end", {
    skip: lacking("pgrep"),
  }, async () => {
    const packets = readFileSync(sample).subarray(24);
    const copy = spawn("sh", ["-c", `"${program}" capture -r - -w - | sleep 60`], {
      stdio: ["pipe", "ignore", "pipe"],
      detached: true,
    });
    let said = "";
    copy.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    copy.stdin.on("error", () => {});
    copy.stdin.write(readFileSync(sample));
    // Wait until promisc reads no more, because nobody reads its output.
    for (let waits = 0; waits < 10; ) {
      assert.equal(copy.exitCode, null, said);
      if (copy.stdin.writableLength < 1 << 20) copy.stdin.write(packets);
      else waits++;
      await new Promise((resolve) => setTimeout(resolve, copy.stdin.writableLength < 1 << 20 ? 0 : 20));
    }
    const pid = execFileSync("pgrep", ["-g", `${copy.pid}`, "-f", "^[^ ]*node "], { encoding: "utf8" });
    process.kill(Number(pid.split("\n")[0]), "SIGINT");
    for (let waited = 0; waited < 10_000 && !said.includes("were written"); waited += 5)
      await new Promise((resolve) => setTimeout(resolve, 5));
    process.kill(-(copy.pid ?? 0), "SIGKILL");
    await once(copy, "close");
    assert.match(said, /its reader doesn't read: \d+ packets are lost, \d+ were written/);
  });

  it("describes an interface once in a file that is written beside lines", async () => {
    const path = `/tmp/promisc-beside-${process.pid}.pcapng`;
    const { status, stdout } = promisc(["capture", "-r", sample, "--json", "-w", path]);
    assert.equal(status, 0);
    const { interfaces, packets } = await readAll(path);
    assert.equal(interfaces.length, 1);
    assert.equal(stdout.split("\n").length, packets.length + 1);
    sh(`rm ${path}`);
  });

  it("cuts packets to the snap length in lines and files", () => {
    const path = `/tmp/promisc-cut-${process.pid}.pcap`;
    const lengths = (...args: string[]): number[] =>
      promisc(["capture", "--json", "-r", ...args])
        .stdout.trim()
        .split("\n")
        .map((line) => JSON.parse(line).captured_length);
    const whole = lengths(sample);
    const cut = whole.map((length) => Math.min(length, 40));
    assert.notDeepEqual(cut, whole);
    assert.deepEqual(lengths(sample, "-s", "40"), cut);
    assert.deepEqual(lengths(sample, "-s", "0"), whole);
    for (const name of [path, `${path}ng`]) {
      assert.equal(promisc(["capture", "-r", sample, "-s", "40", "-w", name]).status, 0);
      assert.deepEqual(lengths(name), cut);
      sh(`rm ${name}`);
    }
  });

  it("reports a truncated file after all whole packets", () => {
    const path = `/tmp/promisc-truncated-${process.pid}.pcap`;
    writeFileSync(path, readFileSync(sample).subarray(0, 1000));
    const { status, stdout, stderr } = promisc(["capture", "-r", path, "-t"]);
    assert.equal(status, 5);
    assert.ok(stdout.split("\n").length > 5);
    assert.match(stderr, /truncated dump file; tried to read \d+ captured bytes, only got \d+/);
    sh(`rm ${path}`);
  });

  it("prints the compiled expression as tcpdump -d does", { skip: noTcpdump }, () => {
    for (const option of ["-d", "-dd", "-ddd"]) {
      const { stdout } = promisc(["capture", option, "-r", sample, "tcp port 80 or arp"]);
      assert.equal(
        stdout,
        spawnSync("tcpdump", [option, "-r", sample, "tcp port 80 or arp"], { encoding: "utf8" }).stdout,
      );
    }
  });
});
