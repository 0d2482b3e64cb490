import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { after, describe, it } from "node:test";
import { ftp } from "../../../../src/detect/decoy/login/ftp.js";
import { LoginServer } from "../../../../src/detect/decoy/login/server.js";
import { boundTcpSocket } from "../../../../src/linux/socket/tcp-socket.js";
import { ip, isolate, noNamespaces } from "../../../support/network/namespace.js";
import { execFileSync } from "../../../support/process/child-process.js";
import { lacking } from "../../../support/process/peer.js";

isolate();

const PORT = 2121;

describe("the server of the decoy login", { skip: noNamespaces, timeout: 30_000 }, () => {
  if (noNamespaces) return;
  ip("link set lo up");
  const logins: string[] = [];
  const server = new LoginServer(
    boundTcpSocket(Uint8Array.of(127, 0, 0, 1), PORT, "test"),
    ftp,
    ({ user, password }) => logins.push(`${user}/${password}`),
    assert.ifError,
  );
  after(() => server[Symbol.dispose]());

  async function greeted(localAddress: string): Promise<Socket> {
    const socket = connect({ port: PORT, host: "127.0.0.1", localAddress });
    socket.on("error", () => {});
    await Promise.race([once(socket, "data"), once(socket, "close")]);
    return socket;
  }

  /** Sends a text, and returns everything that the server sends until it closes the connection. */
  async function answers(text: string): Promise<string> {
    const socket = await greeted("127.0.0.1");
    let heard = "";
    socket.on("data", (bytes) => {
      heard += bytes;
    });
    socket.write(text);
    await once(socket, "close");
    return heard;
  }

  it("reads a line that arrives in pieces", async () => {
    const socket = await greeted("127.0.0.1");
    for (const piece of ["us", "er bob\r", "\npass a b", "\n"]) {
      socket.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    socket.end("QUIT\r\n");
    await once(socket.resume(), "close");
    assert.deepEqual(logins.splice(0), ["bob/a b"]);
  });

  it("closes the connection after ten lines, and on a line of more than 256 bytes", async () => {
    assert.equal((await answers("PASS x\r\n".repeat(1000))).match(/530 Login incorrect/g)?.length, 10);
    assert.equal(logins.splice(0).length, 10);
    assert.equal(await answers("x".repeat(300)), "");
    assert.equal((await answers(`${"x".repeat(250)}\nQUIT\n`)).match(/^\d+/gm)?.join(), "530,221");
  });

  it("accepts four connections per host, and 64 in total", async () => {
    const before = server.refused;
    const sockets: Socket[] = [];
    for (let number = 0; number < 6; number++) sockets.push(await greeted("127.0.0.1"));
    assert.deepEqual(
      sockets.map(({ closed }) => closed),
      [false, false, false, false, true, true],
    );
    assert.equal(server.refused - before, 2);
    for (let host = 2; host <= 20; host++)
      for (let number = 0; number < 4; number++) sockets.push(await greeted(`127.0.0.${host}`));
    assert.equal(sockets.filter(({ closed }) => !closed).length, 64);
    assert.equal(server.refused - before, 2 + 4 * 20 - 64);
    for (const socket of sockets) socket.destroy();
  });

  it("reports a port that is in use or needs a privilege", { skip: lacking("setpriv") }, () => {
    assert.throws(() => boundTcpSocket(Uint8Array.of(127, 0, 0, 1), PORT, "listen"), {
      code: "kernel",
      message: /^cannot listen: .*\(EADDRINUSE\)$/,
    });
    const module = JSON.stringify(new URL("../../../../src/linux/socket/tcp-socket.js", import.meta.url));
    const script = `import { boundTcpSocket } from ${module};
      try { boundTcpSocket(Uint8Array.of(127, 0, 0, 1), 21, "listen"); }
      catch (error) { console.log(error.code, error.errno.name, error.hint.slice(0, 27)); }`;
    const without = ["--bounding-set", "-all", "--inh-caps", "-all", "--"];
    const node = [process.execPath, "--input-type=module", "--eval", script];
    const said = execFileSync("setpriv", [...without, ...node], { encoding: "utf8" });
    assert.equal(said, "privilege EACCES needs CAP_NET_BIND_SERVICE \n");
  });
});
