import * as vlan from "../../../wire/packet/link/vlan.js";
import type { Context } from "../context.js";

/** Prints "vlan 5, p 1, DEI, " of a VLAN tag. */
export function printTag({ out, bytes }: Context, at: number): void {
  out.text("vlan ");
  out.decimal(vlan.vlanId(bytes, at));
  out.text(", p ");
  out.decimal(vlan.priority(bytes, at));
  if (vlan.isDropEligible(bytes, at)) out.text(", DEI");
  out.text(", ");
}
