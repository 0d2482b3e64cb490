import { Rtnetlink } from "../linux/netlink/rtnetlink.js";
import { PacketSender } from "../linux/packet/packet-send.js";
import { resolveLink, spoken } from "../promiscuity/interface-name.js";

/**
 * Sends one frame, whole with its link-level header, as it is.
 * @throws PromiscError `privilege` without CAP_NET_RAW, `no-interface`, `usage` for what can't be a name, `kernel` with
 *   `ENETDOWN` if the interface isn't up, `EMSGSIZE` for a frame longer than the MTU and a header
 */
export function sendFrame(interfaceName: string, frame: Uint8Array): void {
  const operation = `send a frame by ${spoken(interfaceName)}`;
  using rtnetlink = new Rtnetlink();
  using sender = new PacketSender(resolveLink(rtnetlink, interfaceName, operation).index, operation);
  sender.send(frame);
}
