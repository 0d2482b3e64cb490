import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LabHost } from "../../../src/lab/host.js";
import { HoldingProcess } from "../process/holding-processes.js";

/** Starts tcpdump on a host of the lab, with a name server of its own, and ends it when it is disposed of. */
export async function sniffer(
  host: LabHost,
  nameserver: string,
  ...options: string[]
): Promise<AsyncDisposable> {
  const folder = mkdtempSync(join(tmpdir(), "promisc-resolv-"));
  const file = join(folder, "resolv.conf");
  writeFileSync(file, `nameserver ${nameserver}\n`);
  // If /etc/resolv.conf is a symbolic link, only its target can be mounted on.
  const script = `mount --bind "$0" "$(readlink -f /etc/resolv.conf)" && exec tcpdump -Z root -l "$@"`;
  const args = ["--mount", "sh", "-c", script, file, "-i", host.interface, ...options];
  const process = await host.run(() => HoldingProcess.start("unshare", args, "listening on"));
  return {
    async [Symbol.asyncDispose]() {
      await process[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

/**
 * Starts a name server on a host of the lab that knows no name, and ends it when it is disposed of. Without it, the
 * kernel refuses queries, but only a few per second, and other clients have to wait.
 */
export function nameServer(host: LabHost): Promise<AsyncDisposable> {
  const script = `
    const socket = require("node:dgram").createSocket("udp4");
    socket.on("message", (message, { port, address }) => {
      message[2] |= 0x80;
      message[3] = 0x83;
      socket.send(message, port, address);
    });
    socket.bind(53, () => console.log("ready"));`;
  return host.run(() => HoldingProcess.start(process.execPath, ["--eval", script], "ready"));
}
