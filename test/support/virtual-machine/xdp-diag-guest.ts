// Runs in the machine of xdp-diag-machine.ts, and prints what promisc, ss and the kernel say about AF_XDP sockets there.
import { release } from "node:os";
import { NetlinkConnection } from "../../../src/linux/netlink/netlink-connection.js";
import { NETLINK_SOCK_DIAG, NetlinkSocket } from "../../../src/linux/netlink/netlink-socket.js";
import { readXdpQueues } from "../../../src/linux/packet/xdp-sockets.js";
import { countSockets } from "../../../src/linux/socket/socket-count.js";
import { AF_XDP } from "../../../src/wire/kernel/address-family.js";
import {
  SOCK_DIAG_BY_FAMILY,
  SOCK_DIAG_REQUEST_SIZE,
  writeSockDiagRequest,
} from "../../../src/wire/kernel/sock-diag/request.js";
import { ip, sh } from "../network/namespace.js";
import { receiveByXdpSocket } from "../network/xdp-socket.js";
import { promisc } from "../process/program.js";
import type { XdpDiagResult } from "./xdp-diag.js";
import { XDP_DIAG_MODULE } from "./xdp-diag-machine.js";

/** linux/xdp_diag.h: everything that XDP_DIAG can show. */
const XDP_SHOW_ALL = 0x1f;

/** Returns the payloads of the kernel's messages, in hexadecimal. */
function messages(): string[] {
  using connection = new NetlinkConnection(
    (receiveSize) => new NetlinkSocket(NETLINK_SOCK_DIAG, { receiveSize }),
  );
  const payload = new Uint8Array(SOCK_DIAG_REQUEST_SIZE);
  writeSockDiagRequest(AF_XDP, XDP_SHOW_ALL, payload);
  const request = { operation: "read the AF_XDP sockets", type: SOCK_DIAG_BY_FAMILY, payload };
  return connection.dump(request, (message) => Buffer.from(message.payload).toString("hex"));
}

ip("link set lo up");
for (const [first, second] of [
  ["d0", "d1"],
  ["e0", "e1"],
]) {
  ip(`link add ${first} type veth peer name ${second}`);
  ip(`link set ${first} up`);
  ip(`link set ${second} up`);
}
await using socket = await receiveByXdpSocket("d0");
const index = Number(ip("-o link show dev d0").split(":")[0]);
const withoutModule = readXdpQueues(countSockets());
sh(`busybox insmod ${XDP_DIAG_MODULE}`);
const queues = readXdpQueues(countSockets());
const who = promisc(["who", "--all", "--json"]);
const result = {
  release: release(),
  index,
  pid: socket.pid,
  withoutModule,
  messages: messages(),
  queues,
  ss: sh("ss --xdp --all --processes --extended --no-header"),
  who: who.status === 0 ? JSON.parse(who.stdout) : who.stderr,
};
await using _other = await receiveByXdpSocket("e0");
ip("link del e0");
const all = { ...result, withRemovedInterface: readXdpQueues(countSockets()) } satisfies XdpDiagResult;
console.log(JSON.stringify(all));
process.exit();
