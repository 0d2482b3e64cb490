import { createServer, type Server, type Socket } from "node:net";
import type { Credential, Dialogue, LoginProtocol } from "./protocol.js";

/** The longest life of a connection in milliseconds, however busy it is. */
const LIFETIME_MS = 20_000;
const MOST_LINES = 10;
const LONGEST_LINE = 256;

/** The most connections at a time, in all and from one address, so that one host can't keep the others away. */
const MOST_CONNECTIONS = 64;
const MOST_OF_ONE = 4;

/** The other side of a connection. */
export interface Peer {
  readonly address: string;
  readonly port: number;
}

/** Listens for logins and refuses all of them. The memory and connections that other hosts can take up are limited. */
export class LoginServer implements Disposable {
  connections = 0;
  /** Connections that were refused because too many were open. */
  refused = 0;
  readonly #server: Server;
  readonly #sockets = new Map<Socket, string>();

  /**
   * @param fd a bound socket, which the server takes over
   * @param onLogin called with every login that was tried
   * @param onError called if it can't listen, or can't continue to
   */
  constructor(
    fd: number,
    protocol: LoginProtocol,
    onLogin: (login: Credential, peer: Peer) => void,
    onError: (error: Error) => void,
  ) {
    this.#server = createServer((socket) => {
      const peer = this.#admit(socket);
      if (peer) serve(socket, protocol.dialogue(), (login) => onLogin(login, peer));
    });
    this.#server.maxConnections = MOST_CONNECTIONS;
    this.#server.on("drop", () => {
      this.connections++;
      this.refused++;
    });
    this.#server.on("error", onError);
    this.#server.listen({ fd });
  }

  #admit(socket: Socket): Peer | undefined {
    this.connections++;
    const { remoteAddress: address, remotePort: port } = socket;
    // Without them the connection has been reset already.
    if (address === undefined || port === undefined || this.#countOf(address) >= MOST_OF_ONE) {
      this.refused++;
      socket.destroy();
      return undefined;
    }
    this.#sockets.set(socket, address);
    socket.once("close", () => this.#sockets.delete(socket));
    return { address, port };
  }

  #countOf(address: string): number {
    let count = 0;
    for (const each of this.#sockets.values()) if (each === address) count++;
    return count;
  }

  [Symbol.dispose](): void {
    this.#server.close();
    for (const socket of this.#sockets.keys()) socket.destroy();
  }
}

/**
 * Serves one connection: at most ten lines of 256 bytes in 20 seconds. No line is kept. More lines, or a longer line,
 * end the connection.
 */
function serve(socket: Socket, dialogue: Dialogue, onLogin: (login: Credential) => void): void {
  let line = "";
  let lines = 0;
  const end = setTimeout(() => socket.destroy(), LIFETIME_MS);
  // However the other side hangs up, "close" follows.
  socket.on("error", () => {});
  socket.once("close", () => clearTimeout(end));

  const hear = (text: string): void => {
    const { text: answer, login, ends } = dialogue.hear(text);
    if (login) onLogin(login);
    lines++;
    if (ends || lines >= MOST_LINES) finish(answer);
    else socket.write(`${answer}\r\n`, "latin1");
  };
  const finish = (answer: string): void => {
    socket.off("data", take);
    // Any further data is discarded until the other side hangs up too.
    socket.resume();
    socket.end(`${answer}\r\n`, "latin1");
  };
  const take = (bytes: Buffer): void => {
    for (const byte of bytes) {
      if (byte !== 0x0a) {
        line += String.fromCharCode(byte);
        if (line.length > LONGEST_LINE) return void socket.destroy();
        continue;
      }
      const text = line.replace(/\r$/, "");
      line = "";
      hear(text);
      if (socket.writableEnded) return;
    }
  };
  socket.on("data", take);
  socket.write(`${dialogue.greeting}\r\n`, "latin1");
}
