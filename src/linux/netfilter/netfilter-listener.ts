import { present } from "../../present.js";
import { formatInetAddress, IPV4_ADDRESS_SIZE } from "../../wire/inet-address.js";
import type { PassingTarget } from "../../wire/kernel/netfilter/targets.js";

/** What a rule of netfilter does with the packets that it passes on. */
export type PassingAction =
  /** Sends copies by an interface, or to a router. */
  | {
      readonly kind: "dup";
      /** Index of the interface, in the same namespace. */
      readonly target?: number;
      /** The interface's name, in rules that have it instead. There need not be such an interface. */
      readonly targetName?: string;
      /** The address of the router. */
      readonly gateway?: string;
      /** Whether the rule computes where the copies go, so that the rule alone doesn't show it. */
      readonly isComputed?: true;
    }
  /** Sends the packets themselves by another interface. */
  | { readonly kind: "fwd"; readonly target?: number; readonly isComputed?: true }
  /** Passes copies to the programs that have bound the group. */
  | {
      readonly kind: "nflog";
      readonly group: number;
      readonly prefix?: string;
      /** How many bytes of each packet; absent if all of them. */
      readonly bytes?: number;
    }
  /** Passes the packets to the program that has bound the queue, which decides what happens to them. */
  | {
      readonly kind: "nfqueue";
      /** The first and the last of the queues that share the packets; absent if the rule computes the number. */
      readonly first?: number;
      readonly last?: number;
    };

/** The interface that a packet must come by or leave by, as a rule says it. */
export interface InterfaceCondition {
  /** Its name, or the beginning of it. There need not be such an interface. */
  readonly name?: string;
  readonly isPrefix?: true;
  /** Its index, in rules that have it instead. */
  readonly index?: number;
  /** Present if it must be another interface. */
  readonly isExcluded?: true;
}

/** A rule of netfilter that passes packets on. Its names and its comment are any text that its author chose. */
export interface NetfilterListener {
  readonly by: "nftables" | "iptables" | "ip6tables";
  /** As nft(8) names it: `ip`, `ip6`, `inet`, `arp`, `bridge` or `netdev`. */
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  /** Where the rule's chain gets packets; absent if it gets them from other chains only. */
  readonly hook?: {
    /** For example `prerouting` or `ingress`. */
    readonly name: string;
    readonly priority?: number;
    /** The names of the interfaces, if the chain has some of its own. */
    readonly devices?: readonly string[];
  };
  /**
   * The interfaces that the rule itself names. Rules with several interfaces, and rules that jump to this one's chain,
   * can have more conditions.
   */
  readonly input?: InterfaceCondition;
  readonly output?: InterfaceCondition;
  /** The number by which `nft -a list ruleset` shows the rule. */
  readonly handle?: number;
  /** The number by which `iptables -L --line-numbers` shows the rule. */
  readonly position?: number;
  readonly comment?: string;
  /** Present if the rule's table is switched off (`flags dormant`), so that its rules get no packets now. */
  readonly isDormant?: true;
  readonly action: PassingAction;
}

/** Describes a target of xtables, in a rule for IPv4 or IPv6. */
export function describeTarget(target: PassingTarget, isIpv4: boolean): PassingAction {
  switch (target.target) {
    case "TEE": {
      const address = isIpv4 ? target.gateway.subarray(0, IPV4_ADDRESS_SIZE) : target.gateway;
      return {
        kind: "dup",
        ...present({
          targetName: target.interface || undefined,
          gateway: formatInetAddress(address) ?? undefined,
        }),
      };
    }
    case "NFLOG":
      return {
        kind: "nflog",
        group: target.group,
        ...present({ prefix: target.prefix || undefined, bytes: target.length }),
      };
    case "NFQUEUE":
      return describeQueues(target.number, target.total);
  }
}

/** Describes a target that passes packets to queues with consecutive numbers. */
export function describeQueues(first: number, total: number): PassingAction {
  return { kind: "nfqueue", first, last: first + Math.max(1, total) - 1 };
}
