import { createServer, type Server, type Socket } from "node:net";
import type { Credential } from "./credential.js";
import type { LoginProtocol } from "./protocol.js";
import { serve } from "./serve.js";

/** Connections at once, in all and from one address, so that one host can't keep the others away. */
const MOST_CONNECTIONS = 64;
const MOST_OF_ONE = 4;

/** The other side of a connection. */
export interface Peer {
  readonly address: string;
  readonly port: number;
}

/** Listens for logins and refuses them all. What the other sides can make it hold is bounded. */
export class LoginServer implements Disposable {
  connections = 0;
  /** Those of them that were too many at once. */
  refused = 0;
  readonly #server: Server;
  readonly #sockets = new Map<Socket, string>();

  /**
   * @param fd a bound socket, which becomes the server's
   * @param onLogin called with every login that was tried
   * @param onError called if it can't listen (any more)
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
    // Without them it has been reset already.
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
