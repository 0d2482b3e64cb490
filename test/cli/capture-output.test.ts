import assert from "node:assert/strict";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isolate, noNamespaces, noOtherUsers, sh } from "../support/network/namespace.js";
import { generate } from "../support/network/packet-generator.js";
import { cable, indexOf } from "../support/network/veth.js";
import { spawn, spawnSync } from "../support/process/child-process.js";
import { noTcpdump } from "../support/process/holding-processes.js";
import { lacking } from "../support/process/peer.js";
import { promisc, Running } from "../support/process/program.js";

isolate();

const sample = fileURLToPath(
  new URL("../../../test/support/capture/captures/applications.pcap", import.meta.url),
);
const NOBODY = 65_534;

/** Makes a directory that belongs to root, with a mode. */
function directory(name: string, mode: number): string {
  const path = `/run/${name}`;
  mkdirSync(path);
  chmodSync(path, mode);
  return path;
}

/**
 * Ends a command by SIGTERM while it waits, and returns its exit status. A signal that comes before the command handles it
 * just kills it: then it is started again, and given more time.
 */
async function statusAfterTerm(args: string[], wait = 200): Promise<number | null> {
  await using waiting = new Running(args);
  await sleep(wait);
  waiting.process.kill("SIGTERM");
  const { signal, status } = await waiting.outcome;
  return signal === "SIGTERM" && wait < 10_000 ? statusAfterTerm(args, 2 * wait) : status;
}

describe("the output file of promisc capture", { skip: noNamespaces || lacking("ip") }, () => {
  if (noNamespaces) return;
  cable("x0", "x1");
  const load = { index: indexOf("x1"), count: 100, size: 1000, rate: 0 };

  it("can't be the file that is read, under any of its names", () => {
    const folder = directory("input", 0o755);
    const input = `${folder}/in.pcap`;
    copyFileSync(sample, input);
    copyFileSync(sample, `${folder}/out1`);
    linkSync(input, `${folder}/hard.pcap`);
    symlinkSync(input, `${folder}/soft.pcap`);
    const before = readFileSync(input);
    for (const args of [
      ["-r", input, "-w", input],
      ["-r", input, "-w", `${folder}/hard.pcap`],
      ["-r", input, "-w", `${folder}/soft.pcap`],
      ["-r", input, "-w", input, "-C", "1k"],
      ["-r", `${folder}/out1`, "-w", `${folder}/out`, "-C", "1k"],
      ["-r", input, "-w", input, "--print"],
    ]) {
      const { status, stderr } = promisc(["capture", ...args, "--user", "root"]);
      assert.equal(status, 2, `${args}`);
      assert.match(stderr, /^promisc: cannot write .*: it is the file that is read\nname another file$/m);
    }
    assert.ok(readFileSync(input).equals(before));
    assert.ok(readFileSync(`${folder}/out1`).equals(before));
  });

  it("can be a named pipe, and signals work before somebody opens it for reading", async () => {
    const pipe = "/run/pipe";
    sh(`mkfifo ${pipe}`);
    for (const source of [["x0"], ["-r", sample]])
      assert.equal(await statusAfterTerm(["capture", ...source, "-w", pipe, "--user", "root"]), 0);
    await using late = new Running(["capture", "-r", sample, "-w", pipe, "--user", "root"]);
    await sleep(200);
    const reader = spawn("cat", [pipe], { stdio: ["ignore", "pipe", "inherit"] });
    const chunks: Buffer[] = [];
    reader.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    await once(reader, "close");
    assert.equal((await late.outcome).status, 0);
    assert.ok(Buffer.concat(chunks).equals(readFileSync(sample)));
  });

  describe("when root is given up for another user", { skip: noOtherUsers }, () => {
    if (noOtherUsers) return;
    const folder = directory("private", 0o700);

    it("can be in a directory of root's, and belongs to the new user, as with tcpdump", {
      skip: noTcpdump,
    }, () => {
      writeFileSync(`${folder}/old-own`, "");
      writeFileSync(`${folder}/old-tcpdump`, "");
      for (const file of ["old-own", "old-tcpdump"]) chownSync(`${folder}/${file}`, 1, 1);
      for (const [file, tool] of [
        ["own", promisc],
        ["tcpdump", (args: string[]) => spawnSync("tcpdump", args.slice(1), { encoding: "utf8" })],
      ] as const)
        for (const name of [file, `old-${file}`]) {
          const args = ["capture", "-r", sample, "-w", `${folder}/${name}`];
          const { status, stderr } = tool([...args, "-Z", "nobody"]);
          assert.equal(status, 0, stderr);
        }
      const facts = (name: string): unknown => {
        const { uid, gid, mode, size } = statSync(`${folder}/${name}`);
        return { uid, gid, mode, size };
      };
      assert.deepEqual(facts("own"), facts("tcpdump"));
      assert.deepEqual(facts("old-own"), facts("old-tcpdump"));
      assert.equal(statSync(`${folder}/own`).uid, NOBODY);
    });

    it("can be split there: only the thread that makes files keeps a capability, and only the one that it needs", async () => {
      const open = directory("open", 0o777);
      for (const [where, permitted] of [
        [folder, 2],
        [open, 0],
      ] as const) {
        const args = ["capture", "x0", "-w", `${where}/split`, "-C", "10k", "-W", "3", "--user", "nobody"];
        await using capture = new Running(args);
        await capture.hasSaid("gave up root for user nobody");
        const { pid } = capture.process;
        await generate(load);
        while (readdirSync(where).filter((name) => name.startsWith("split")).length < 3) await sleep(5);
        for (const task of readdirSync(`/proc/${pid}/task`)) {
          const status = readFileSync(`/proc/${pid}/task/${task}/status`, "latin1");
          const mask = (name: string): number =>
            Number.parseInt(new RegExp(`^${name}:\\s*(\\w+)`, "m").exec(status)?.[1] ?? "", 16);
          assert.equal(mask("CapPrm"), task === String(pid) ? permitted : 0);
          assert.equal(mask("CapEff") | mask("CapInh") | mask("CapAmb"), 0);
          assert.match(status, /^Uid:\t65534\t65534\t65534\t65534$/m);
        }
        capture.process.kill("SIGINT");
        const { status, stderr } = await capture.outcome;
        assert.equal(status, 0, stderr);
        for (const number of [0, 1, 2]) assert.equal(statSync(`${where}/split${number}`).uid, NOBODY);
      }
    });

    it("can't be a link or file that another user has put into a directory that everybody may write to", () => {
      const shared = directory("shared", 0o1777);
      writeFileSync(`${folder}/precious`, "precious");
      for (const [path, make] of [
        [`${shared}/link`, () => spawnSync("ln", ["-s", `${folder}/precious`, `${shared}/link`], { uid: 1 })],
        [
          `${shared}/dangling`,
          () => spawnSync("ln", ["-s", `${folder}/new`, `${shared}/dangling`], { uid: 1 }),
        ],
        [`${shared}/file`, () => spawnSync("touch", [`${shared}/file`], { uid: 1 })],
        [`${shared}/fifo`, () => spawnSync("mkfifo", [`${shared}/fifo`], { uid: 1 })],
      ] as const) {
        make();
        // The kernel doesn't follow links of other users in such a directory (fs.protected_symlinks).
        const refused = new RegExp(`^promisc: cannot write ${path}: Permission denied \\(EACCES\\)\n.+\n$`);
        const another = new RegExp(
          `^promisc: cannot write ${path}: another user's file is there, in a directory that everyone may write to\n` +
            "name another file, or remove that one\n$",
        );
        for (const user of ["root", "nobody"]) {
          const { status, stderr } = promisc(["capture", "-r", sample, "-w", path, "--user", user], {
            timeout: 5000,
          });
          assert.equal(status, 3, `${path}: ${stderr}`);
          assert.match(stderr, path.endsWith("link") || path.endsWith("dangling") ? refused : another);
        }
      }
      assert.equal(readFileSync(`${folder}/precious`, "utf8"), "precious");
      assert.equal(existsSync(`${folder}/new`), false);
      symlinkSync(`${folder}/own-target`, `${shared}/own-link`);
      assert.equal(
        promisc(["capture", "-r", sample, "-w", `${shared}/own-link`, "--user", "nobody"]).status,
        0,
      );
      assert.equal(statSync(`${folder}/own-target`).uid, NOBODY);
    });

    it("can be in a directory where root may not write but the new user may, such as a home directory on NFS", {
      skip: lacking("setpriv"),
    }, () => {
      const home = directory("home", 0o700);
      chownSync(home, NOBODY, NOBODY);
      const wrapper = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"];
      const write = (path: string, ...args: string[]) =>
        promisc(["capture", "-r", sample, "-w", path, ...args], { wrapper });
      assert.equal(write(`${home}/file`, "--user", "nobody").status, 0);
      assert.equal(statSync(`${home}/file`).uid, NOBODY);
      const root = write(`${home}/other`, "--user", "root");
      assert.equal(root.status, 3);
      assert.match(root.stderr, /Permission denied \(EACCES\)\nroot may not write there either/);
      // Root creates the first file, and the new user may not create the second one.
      const split = write(`${folder}/late`, "--user", "nobody", "-C", "1k");
      assert.equal(split.status, 3);
      assert.match(
        split.stderr,
        /Permission denied \(EACCES\): root was given up for user nobody\nname a file where nobody may write, or remain root: --user root$/m,
      );
    });
  });
});
