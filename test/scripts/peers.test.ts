import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { isolate, noNamespaces, sh } from "../support/network/namespace.js";
import { spawnSync } from "../support/process/child-process.js";

isolate();

/** This file is in build/test/scripts when it runs. */
const module = JSON.stringify(new URL("../../../scripts/peers.mjs", import.meta.url));

/** The commands and packages in the archive of the Debian that these tests simulate. */
const peers = { "promisc-test-one": "one", "promisc-test-two": "two", sh: "dash" };

/** Returns the result of installing peers with a shell script in place of apt-get, in a private mount namespace. */
function install(aptGet: string, release = "ID=debian"): unknown {
  mkdirSync("/run/bin", { recursive: true });
  sh("rm -f /run/bin/promisc-test-one /run/bin/promisc-test-two");
  writeFileSync("/run/bin/apt-get", `#!/bin/sh\ncase "$*" in\n${aptGet}\nesac`);
  chmodSync("/run/bin/apt-get", 0o755);
  writeFileSync("/run/os-release", `NAME=x\n${release}\n`);
  sh("mount --bind /run/os-release /etc/os-release");
  const script = `import { installPeers } from ${module};
    const outcome = installPeers(${JSON.stringify(peers)});
    console.log(JSON.stringify(outcome));`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    encoding: "utf8",
    env: { PATH: `/run/bin:${process.env["PATH"]}` },
  });
  sh("umount /etc/os-release");
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
}

const make = (name: string): string => `printf '#!/bin/sh\\n' > /run/bin/${name}; chmod 755 /run/bin/${name}`;

describe("installing peers as root", { skip: noNamespaces }, () => {
  it("installs them on Debian, where none may be missing afterwards", () => {
    const both = `*install*" one two") ${make("promisc-test-one")}; ${make("promisc-test-two")} ;;`;
    const { why: _, ...outcome } = install(both) as { why: string };
    assert.deepEqual(outcome, { missing: [], mayBeSkipped: false, isFetched: true });
  });

  it("installs them one by one if one isn't available, and fails", () => {
    const outcome = install(`*install*" one") ${make("promisc-test-one")} ;;
      *install*) echo "E: Unable to locate package two" >&2; exit 100 ;;`);
    assert.deepEqual(outcome, {
      missing: ["promisc-test-two"],
      why: "apt-get install failed: Unable to locate package two",
      mayBeSkipped: false,
      isFetched: true,
    });
  });

  it("fails if the packages don't contain the programs", () => {
    const why = "no package of one, two has it";
    const missing = ["promisc-test-one", "promisc-test-two"];
    assert.deepEqual(install("*) ;;"), { missing, why, mayBeSkipped: false, isFetched: true });
  });

  it("accepts missing peers where the archive can't be reached, and reports the message of apt-get", () => {
    const outcome = install(
      `*) echo "E: Failed to fetch x  Temporary failure resolving 'x'" >&2; exit 100 ;;`,
    );
    assert.deepEqual(outcome, {
      missing: ["promisc-test-one", "promisc-test-two"],
      why: "apt-get update failed: Failed to fetch x  Temporary failure resolving 'x'",
      mayBeSkipped: true,
      isFetched: true,
    });
  });

  it("accepts missing peers on systems other than Debian", () => {
    const missing = ["promisc-test-one", "promisc-test-two"];
    assert.deepEqual(install("*) exit 1 ;;", "ID=other"), {
      missing,
      why: "this isn't Debian",
      mayBeSkipped: true,
      isFetched: false,
    });
  });
});
