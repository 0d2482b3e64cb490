import { type LoginProtocol, type Reply, splitCommand } from "./protocol.js";

const GREETING = "+OK POP3 server ready";
const NEED_PASSWORD = "+OK send PASS";
const GOODBYE = "+OK bye";

/** POP3 (RFC 1939), as far as a login needs it. */
export const pop3: LoginProtocol = {
  port: 110,

  session: ({ user, password }) => [
    { from: "server", text: GREETING },
    { from: "client", text: `USER ${user}` },
    { from: "server", text: NEED_PASSWORD },
    { from: "client", text: `PASS ${password}` },
    { from: "server", text: "+OK 0 messages (0 octets)" },
    { from: "client", text: "QUIT" },
    { from: "server", text: GOODBYE },
  ],

  dialogue() {
    let user = "";
    return {
      greeting: GREETING,
      hear(line): Reply {
        const { command, argument } = splitCommand(line);
        switch (command) {
          case "USER":
            user = argument;
            return { text: NEED_PASSWORD };
          case "PASS":
            return { text: "-ERR invalid user or password", login: { user, password: argument } };
          case "QUIT":
            return { text: GOODBYE, ends: true };
          default:
            return { text: "-ERR unknown command" };
        }
      },
    };
  },
};
