import type { Holder } from "../../promiscuity/holders/holder.js";
import type { NamespaceFacts } from "../../promiscuity/holders/report.js";
import type { InterfaceState } from "../../promiscuity/interface-state.js";

/** An interface's state, with who holds it. */
export interface HeldInterface extends InterfaceState {
  /** Known where holders were looked for. */
  readonly netns?: NamespaceFacts;
  readonly holders: readonly Holder[];
  readonly allmulti_holders: readonly Holder[];
}
