import { Rtnetlink } from "../../../src/linux/netlink/rtnetlink.js";
import { PacketSender } from "../../../src/linux/packet/packet-send.js";

/** Returns a sender that uses an interface of the calling thread's network namespace. */
export function senderBy(name: string): PacketSender {
  using rtnetlink = new Rtnetlink();
  return new PacketSender(rtnetlink.link(name, "test").index, "test");
}
