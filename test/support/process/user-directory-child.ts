// A Hesiod name server, which user-directory.ts starts. It answers for the users in its arguments, which are lines of
// passwd(5). Without any, it doesn't answer at all. It prints each name that it is asked for.
import { createSocket } from "node:dgram";
import { type Dns, dnsSize, readDns, writeDns } from "../../../src/wire/packet/application/dns.js";

const users = process.argv.slice(2);

const server = createSocket("udp4", (message, from) => {
  const query = readDns(message);
  const [question] = query.questions;
  console.log(question?.name);
  if (users.length === 0 || !question) return;
  const [key, map] = question.name.split(".");
  const line = users.find((each) => {
    const [name, , uid] = each.split(":");
    return key === (map === "uid" ? uid : name);
  });
  const answer: Dns = {
    ...query,
    response: true,
    recursionAvailable: true,
    responseCode: line === undefined ? 3 : 0,
    answers:
      line === undefined ? [] : [{ ...question, ttl: 1, data: { format: "strings", strings: [line] } }],
    additionals: [],
  };
  const bytes = new Uint8Array(dnsSize(answer));
  writeDns(answer, bytes);
  server.send(bytes, from.port, from.address);
});
server.bind(53, "127.0.0.1", () => console.log("ready"));
