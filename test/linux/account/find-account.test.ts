import assert from "node:assert/strict";
import { appendFileSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { findAccount, findKnownAccount } from "../../../src/linux/account/find-account.js";
import { isolate, noNamespaces } from "../../support/network/namespace.js";
import { lacking } from "../../support/process/peer.js";
import { noUserDirectory, replace, UserDirectory } from "../../support/process/user-directory.js";

isolate();

async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + 20_000;
  while (!isSo()) {
    assert.ok(performance.now() < end, "waited in vain");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe("finding an account", {
  skip: noNamespaces || noUserDirectory || lacking("ip", "mount", "getent"),
}, () => {
  it("reads the current contents of /etc/passwd", () => {
    replace("/etc/passwd", readFileSync("/etc/passwd", "utf8"));
    assert.deepEqual(findAccount(0), { name: "root", uid: 0, gid: 0 });
    assert.equal(findAccount("late"), undefined);
    appendFileSync("/etc/passwd", "late:x:54320:54300::/:/bin/false\nlater:x:54320:1::/:/bin/false\n");
    const late = { name: "late", uid: 54320, gid: 54300 };
    assert.deepEqual([findAccount("late"), findAccount(54320)], [late, late]);
    assert.deepEqual(findKnownAccount("later"), { name: "later", uid: 54320, gid: 1 });
  });

  it("asks a directory service by name and by number", async () => {
    await using directory = await UserDirectory.start("alice:x:54321:54301:Alice:/home/alice:/bin/sh");
    const alice = { name: "alice", uid: 54321, gid: 54301 };
    assert.deepEqual([findAccount("alice"), findAccount(54321)], [alice, alice]);
    assert.equal(findAccount(54322), undefined);
    assert.equal(findAccount("-a"), undefined);
    assert.ok(directory.questions.length > 0);
  });

  it("asks a directory service without waiting, and finds the user a moment later", async () => {
    await using _ = await UserDirectory.start("bob:x:54323:54303::/:/bin/sh", "carol:x:54324:1::/:/bin/sh");
    assert.equal(findKnownAccount(54323), undefined);
    assert.equal(findKnownAccount("carol"), undefined);
    await until(() => findKnownAccount(54323) !== undefined && findKnownAccount("carol") !== undefined);
    assert.equal(findKnownAccount(54323)?.name, "bob");
    assert.equal(findKnownAccount("carol")?.uid, 54324);
  });

  it("gives nothing if the directory doesn't answer, and doesn't wait for the next user either", async () => {
    await using directory = await UserDirectory.start();
    assert.equal(findAccount(54325), undefined);
    for (let uid = 54400; uid < 54900; uid++) assert.equal(findAccount(uid), undefined);
    assert.equal(findKnownAccount(54325), undefined);
    await directory.wasAskedFor("54325.uid.ns.test");
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.deepEqual(
      directory.questions.filter((name) => name.startsWith("54") && name !== "54325.uid.ns.test"),
      [],
    );
    // A user that was found before stays known.
    assert.equal(findAccount(54321)?.name, "alice");
  });
});
