import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { describe, it } from "node:test";
import { isolate, noNamespaces, noOtherUsers, sh } from "../../support/network/namespace.js";
import { type ChildProcess, spawn } from "../../support/process/child-process.js";
import { lacking } from "../../support/process/peer.js";
import { promisc } from "../../support/process/program.js";
import { asNobody } from "../../support/process/without-root.js";

isolate();

const NOBODY = 65534;
const check = (path: string, wrapper: readonly string[] = []) =>
  promisc(["check", "--netns", "own", "--format", "prometheus", "-o", path], { wrapper: [...wrapper] });
const isWhole = (path: string): void => assert.match(readFileSync(path, "utf8"), /^# HELP[\s\S]*\n$/);

describe("the file that a result is written to with -o", { skip: noNamespaces, timeout: 60_000 }, () => {
  mkdirSync("/run/real");

  it("replaces the target of symbolic links", () => {
    writeFileSync("/run/real/out", "the old one");
    symlinkSync("real", "/run/folder");
    symlinkSync("../run/folder/out", "/run/link");
    assert.equal(check("/run/link").status, 0);
    assert.ok(lstatSync("/run/link").isSymbolicLink());
    isWhole("/run/real/out");
    assert.deepEqual(readdirSync("/run/real"), ["out"]);
    // The target of this link doesn't exist yet.
    symlinkSync("real/new", "/run/dangling");
    assert.equal(check("/run/dangling").status, 0);
    isWhole("/run/real/new");
  });

  it("can't be a link that leads to itself or to a directory", () => {
    symlinkSync("circle", "/run/circle");
    const { status, stderr } = check("/run/circle");
    assert.equal(status, 5);
    assert.match(
      stderr,
      /^promisc: cannot write \/run\/circle: Too many levels of symbolic links \(ELOOP\)\n/,
    );
    assert.match(check("/run").stderr, /^promisc: cannot write \/run: Is a directory \(EISDIR\)\n/);
  });

  it("keeps its mode and owner", { skip: noOtherUsers }, () => {
    writeFileSync("/run/real/theirs", "");
    chmodSync("/run/real/theirs", 0o604);
    chownSync("/run/real/theirs", NOBODY, 7);
    assert.equal(check("/run/real/theirs").status, 0);
    const { mode, uid, gid } = statSync("/run/real/theirs");
    assert.deepEqual([mode & 0o7777, uid, gid], [0o604, NOBODY, 7]);
    isWhole("/run/real/theirs");
  });

  it("stays unchanged if its owner can't be kept", { skip: noOtherUsers || lacking("setpriv") }, () => {
    mkdirSync("/run/shared");
    chmodSync("/run/shared", 0o777);
    writeFileSync("/run/shared/roots", "the old one");
    const { status, stderr } = check("/run/shared/roots", asNobody);
    assert.equal(status, 5);
    assert.match(
      stderr,
      /it belongs to user 0 and group 0, and only root can replace it without changing that\n/,
    );
    assert.equal(readFileSync("/run/shared/roots", "utf8"), "the old one");
    assert.deepEqual(readdirSync("/run/shared"), ["roots"]);
  });

  it("can be a device", { skip: noOtherUsers }, () => {
    sh("mknod /run/null c 1 3");
    assert.equal(check("/run/null").status, 0);
    assert.ok(lstatSync("/run/null").isCharacterDevice());
    sh("mknod /run/disk b 250 7");
    assert.match(check("/run/disk").stderr, /^promisc: cannot write \/run\/disk: it is a disk\n/);
  });

  it("can be a FIFO or a file that is open already", async () => {
    sh("mkfifo /run/fifo");
    const reader: ChildProcess = spawn("cat", ["/run/fifo"], { stdio: ["ignore", "pipe", "inherit"] });
    let read = "";
    reader.stdout?.setEncoding("utf8").on("data", (text: string) => {
      read += text;
    });
    const isOver = new Promise((resolve) => reader.on("close", resolve));
    assert.equal(check("/run/fifo").status, 0);
    await isOver;
    assert.match(read, /^# HELP[\s\S]*\n$/);
    assert.ok(lstatSync("/run/fifo").isFIFO());
    assert.match(check("/proc/self/fd/1").stdout, /^# HELP[\s\S]*\n$/);
  });

  describe("in a directory that everybody may write to", { skip: noOtherUsers || lacking("setpriv") }, () => {
    mkdirSync("/run/tmp");
    chmodSync("/run/tmp", 0o1777);
    const another = (line: string): string => sh(`${asNobody.join(" ")} ${line}`);

    it("can't be a link that another user put there", () => {
      writeFileSync("/run/victim", "the old one");
      another("ln -s /run/victim /run/tmp/link");
      const { status, stderr } = check("/run/tmp/link");
      assert.equal(status, 5);
      assert.equal(
        stderr,
        "promisc: cannot write /run/tmp/link: link is a symbolic link of user 65534, in a directory that everybody may write to\nname a file in a directory of your own\n",
      );
      assert.equal(readFileSync("/run/victim", "utf8"), "the old one");
      another("ln -s /run /run/tmp/folder");
      assert.equal(check("/run/tmp/folder/victim").status, 5);
      assert.equal(readFileSync("/run/victim", "utf8"), "the old one");
    });

    it("can't be a file or FIFO of another user", () => {
      another("touch /run/tmp/file");
      another("mkfifo /run/tmp/fifo");
      for (const name of ["file", "fifo"])
        assert.match(check(`/run/tmp/${name}`).stderr, new RegExp(`${name} belongs to user 65534`));
      assert.equal(statSync("/run/tmp/file").size, 0);
    });

    it("can be a link of one's own or a new file", () => {
      symlinkSync("/run/victim", "/run/tmp/own");
      assert.equal(check("/run/tmp/own").status, 0);
      isWhole("/run/victim");
      assert.equal(check("/run/tmp/new").status, 0);
      isWhole("/run/tmp/new");
    });
  });
});
