import type { Socket } from "node:net";
import type { Credential } from "./credential.js";
import type { Dialogue } from "./protocol.js";

/** A connection's life in milliseconds, however busy it is. */
const LIFETIME_MS = 20_000;
const MOST_LINES = 10;
const LONGEST_LINE = 256;

/**
 * Serves one connection: at most ten lines of 256 bytes in 20 seconds, and no line is kept. More than that, and a line
 * that is too long, ends it.
 */
export function serve(socket: Socket, dialogue: Dialogue, onLogin: (login: Credential) => void): void {
  let line = "";
  let lines = 0;
  const end = setTimeout(() => socket.destroy(), LIFETIME_MS);
  // Whoever hangs up in whatever way: "close" follows.
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
    // What else comes is thrown away until the other side hangs up too.
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
