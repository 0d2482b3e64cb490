import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { readProcess } from "../../src/linux/process/process-details.js";
import { ip, isolate, noNamespaces, noOtherUsers } from "../support/network/namespace.js";
import { lacking } from "../support/process/peer.js";
import { promisc, Running } from "../support/process/program.js";
import { asNobody } from "../support/process/without-root.js";

isolate();

/** A wrapper that runs the following program with Node.js in place of another program, which a policy allows. */
const asAnother = [
  "sh",
  "-c",
  `mount --bind ${process.execPath} /usr/bin/true && exec /usr/bin/true "$@"`,
  "sh",
];

describe("a rule for an executable", {
  skip: noNamespaces || lacking("ip", "unshare", "mount", "setpriv"),
}, () => {
  ip("link add exe0 type veth peer name exe1");
  const folder = mkdtempSync(join(tmpdir(), "promisc-test-"));
  after(() => rmSync(folder, { recursive: true }));
  const policy = (executable: string): string => {
    const file = join(folder, "policy.yaml");
    writeFileSync(file, `version: 1\nrules: [{ executable: ${executable}, reason: r, approver: a }]\n`);
    return file;
  };
  const check = (executable: string): { status: number | null; stdout: string } =>
    promisc(["check", "--policy", policy(executable)]);

  /** Starts promisc hold, with a wrapper before promisc's own file. */
  const hold = async (name: string, wrapper: readonly string[]): Promise<Running> => {
    const running = new Running(["hold", name], [...wrapper]);
    await running.says("held");
    return running;
  };

  it("matches a process that runs that file", async () => {
    await using running = await hold("exe0", [process.execPath]);
    const details = readProcess(running.process.pid as number);
    assert.deepEqual([details.exe, details.exeUnverified], [process.execPath, undefined]);
    // Tests in other namespaces hold interfaces too.
    assert.doesNotMatch(check(process.execPath).stdout, /^exe0:/m);
  });

  it("doesn't match another file that is mounted at that path in another mount namespace", async () => {
    await using running = await hold("exe0", ["unshare", "--mount", ...asAnother]);
    const details = readProcess(running.process.pid as number);
    assert.deepEqual([details.exe, details.exeUnverified], ["/usr/bin/true", true]);
    const { status, stdout } = check("/usr/bin/true");
    assert.equal(status, 1);
    assert.match(stdout, /^exe0: socket: /m);
  });

  it("doesn't match the file of a user who is root in a user namespace", { skip: noOtherUsers }, async () => {
    const wrapper = [...asNobody, "unshare", "--user", "--map-root-user", "--net", "--mount", ...asAnother];
    await using running = await hold("lo", wrapper);
    assert.equal(readProcess(running.process.pid as number).exeUnverified, true);
    const { status, stdout } = check("/usr/bin/true");
    assert.equal(status, 1);
    assert.match(stdout, RegExp(`^lo in net:\\[\\d+\\]: socket: .*pid ${running.process.pid},`, "m"));
  });
});
