import { PromiscError } from "../../errors.js";
import { IFF_PROMISC } from "../../wire/kernel/rtnetlink/link.js";
import { Rtnetlink } from "../netlink/rtnetlink.js";
import { MembershipSocket } from "../packet/membership-socket.js";

/** No interface can have this index. */
const NO_INDEX = 0x7fff_ffff;

/** Calls that need a capability and change nothing. */
const trials = {
  // The kernel checks the capability before it looks for the interface.
  CAP_NET_ADMIN() {
    using rtnetlink = new Rtnetlink();
    rtnetlink.setFlags(NO_INDEX, IFF_PROMISC, IFF_PROMISC, "try CAP_NET_ADMIN");
  },
  CAP_NET_RAW() {
    new MembershipSocket("try CAP_NET_RAW")[Symbol.dispose]();
  },
};

/**
 * Returns whether the kernel grants a capability over this network namespace. Having it isn't enough: the namespace may
 * belong to another user namespace (user_namespaces(7)).
 */
export function isGranted(capability: keyof typeof trials): boolean {
  try {
    trials[capability]();
    return true;
  } catch (error) {
    return !(error instanceof PromiscError && error.code === "privilege");
  }
}
