import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { describe, it } from "node:test";
import { isolate, noNamespaces, noOtherUsers, sh } from "../support/network/namespace.js";
import { startGenerator } from "../support/network/packet-generator.js";
import { cable, indexOf } from "../support/network/veth.js";
import { spawn } from "../support/process/child-process.js";
import { lacking } from "../support/process/peer.js";
import { program } from "../support/process/program.js";

isolate();

describe("promisc as an extcap program of Wireshark's tshark", {
  skip: noNamespaces || noOtherUsers || lacking("ip", "tshark"),
}, () => {
  cable("e0", "e1");
  const folder = /^(?:Global )?Extcap path:\s*(.*)$/m.exec(sh("tshark -G folders"))?.[1] ?? "";
  // This mount is private to this mount namespace.
  sh(`mount -t tmpfs tmpfs ${folder}`);
  symlinkSync(`${program}-extcap`, `${folder}/promisc`);

  it("is listed with its link type", () => {
    assert.match(sh("tshark -D"), /promisc-e0 \(e0, by promisc\)/);
    assert.match(sh("tshark -i promisc-e0 -L"), /EN10MB \(Ethernet\)/);
  });

  it("provides filtered packets", async () => {
    const tshark = spawn(
      "tshark",
      ["-i", "promisc-e0", "-f", "ether proto 0x88b5", "-c", "5", "-T", "fields", "-e", "frame.len"],
      {
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let got = "";
    tshark.stdout.setEncoding("utf8").on("data", (text: string) => {
      got += text;
    });
    const ended = new Promise<void>((resolve) => tshark.once("close", () => resolve()));
    // tshark reports that it captures before it does.
    const generator = startGenerator({ index: indexOf("e1"), count: 3000, size: 77, rate: 200 });
    await ended;
    generator.kill("SIGKILL");
    assert.equal(got, "77\n".repeat(5));
  });
});
