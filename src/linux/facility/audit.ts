import { PromiscError } from "../../errors.js";
import { need, readU32 } from "../../wire/bytes.js";
import { NetlinkConnection } from "../netlink-connection.js";
import { NETLINK_AUDIT, NetlinkSocket } from "../netlink-socket.js";
import type { Facility } from "./facility.js";

const name = "audit";

// linux/audit.h: AUDIT_GET, and the second field of struct audit_status
const AUDIT_GET = 1000;
const ENABLED_OFFSET = 4;

/** Whether the kernel writes audit records, of which one names who made an interface promiscuous (auditctl(8)). */
export function audit(): Facility {
  try {
    return readStatus();
  } catch (error) {
    if (!(error instanceof PromiscError)) throw error;
    if (error.errno?.name === "EPROTONOSUPPORT")
      return {
        name,
        available: false,
        detail: "this kernel has none",
        remedy: "boot a kernel that is built with CONFIG_AUDIT",
      };
    return {
      name,
      available: null,
      detail: `only root outside containers may ask (${error.errno?.name ?? error.message})`,
      remedy: "sudo promisc doctor, outside any container",
    };
  }
}

function readStatus(): Facility {
  using connection = new NetlinkConnection(
    (receiveSize) => new NetlinkSocket(NETLINK_AUDIT, { receiveSize }),
  );
  const { payload } = connection.get({
    operation: "read the audit status",
    type: AUDIT_GET,
    payload: new Uint8Array(0),
  });
  need("audit_status enabled", ENABLED_OFFSET, 4, payload.length);
  if (readU32(payload, ENABLED_OFFSET) !== 0) return { name, available: true, detail: "enabled" };
  return {
    name,
    available: false,
    detail: "in the kernel, and not enabled",
    // It slows every system call from then on: for the administrator to weigh, and nothing that promisc does.
    remedy: "sudo auditctl -e 1 enables it, at a cost to every system call until the next boot",
  };
}
