import { Rtnetlink } from "../linux/netlink/rtnetlink.js";
import { PacketSender } from "../linux/packet/packet-send.js";
import { resolveLink, spoken } from "../promiscuity/interface-name.js";

/**
 * Sends one frame on an interface, exactly as given.
 * @param interfaceName name or alternative name of the interface
 * @param frame the frame with its link-level header, without a frame check sequence
 * @throws PromiscError `privilege` without CAP_NET_RAW; `no-interface`; `usage` if the name isn't a valid interface
 *   name; `kernel` with `ENETDOWN` if the interface is down, or with `EMSGSIZE` if the frame is longer than the MTU and
 *   a header
 */
export function sendFrame(interfaceName: string, frame: Uint8Array): void {
  const operation = `send a frame by ${spoken(interfaceName)}`;
  using rtnetlink = new Rtnetlink();
  using sender = new PacketSender(resolveLink(rtnetlink, interfaceName, operation).index, operation);
  sender.send(frame);
}
