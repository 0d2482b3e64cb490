import { PacketSender } from "../../src/linux/packet-send.js";
import { Rtnetlink } from "../../src/linux/rtnetlink.js";

/** Sends frames by an interface of the calling thread's network namespace. */
export function senderBy(name: string): PacketSender {
  using rtnetlink = new Rtnetlink();
  return new PacketSender(rtnetlink.link(name, "test").index, "test");
}
