import { type LoginProtocol, type Reply, splitCommand } from "./protocol.js";

const GREETING = "220 FTP server ready.";
const NEED_PASSWORD = "331 Password required.";
const GOODBYE = "221 Goodbye.";

/** FTP (RFC 959), as far as a login needs it. */
export const ftp: LoginProtocol = {
  port: 21,

  session: ({ user, password }) => [
    { from: "server", text: GREETING },
    { from: "client", text: `USER ${user}` },
    { from: "server", text: NEED_PASSWORD },
    { from: "client", text: `PASS ${password}` },
    { from: "server", text: "230 Login successful." },
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
            return { text: "530 Login incorrect.", login: { user, password: argument } };
          case "QUIT":
            return { text: GOODBYE, ends: true };
          case "SYST":
            return { text: "215 UNIX Type: L8" };
          case "AUTH":
          case "FEAT":
          case "OPTS":
            return { text: "502 Command not implemented." };
          default:
            return { text: "530 Please login with USER and PASS." };
        }
      },
    };
  },
};
