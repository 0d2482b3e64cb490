import type { Listener } from "../../listeners/listener.js";

/**
 * Returns a key that identifies a program, a rule, or a process that reads a device, as long as it listens in the same
 * way at the same place. What is merely known about it isn't part of it.
 */
export function keyOfListener(listener: Listener): string {
  const { netns, ifindex, ifname, kind } = listener;
  return JSON.stringify([netns?.inode, ifindex, ifname, kind, ...identityOf(listener)]);
}

function identityOf(listener: Listener): readonly unknown[] {
  switch (listener.kind) {
    case "packet-socket":
      return [listener.socket.inode];
    case "raw-socket":
      return [listener.inode];
    case "xdp-socket":
      return [listener.queue, listener.inode];
    case "xdp-program":
      return [listener.mode, listener.program.id];
    case "tc-program":
      return [listener.trafficFilter, listener.program.id ?? listener.program.tag];
    case "tcx-program":
      return [listener.hook, listener.program.id, listener.linkId];
    case "netfilter-program":
    case "namespace-program":
      return [listener.linkId, listener.program.id];
    case "mirror":
      return [listener.operation, listener.target, listener.trafficFilter, ruleOf(listener.rule)];
    case "sample":
      return [listener.group, listener.trafficFilter];
    case "nflog":
      return [listener.group, ruleOf(listener.rule), pidsOf(listener)];
    case "nfqueue":
      return [listener.first, listener.last, ruleOf(listener.rule), pidsOf(listener)];
    case "tap-reader":
      return pidsOf(listener);
  }
}

/** A rule's position changes when others before it come and go. */
function ruleOf(rule: object | undefined): object | undefined {
  return rule && { ...rule, position: undefined };
}

/** Another process that reads the same group, queue or device is another listener. */
function pidsOf({ processes }: Listener): (number | null | undefined)[] {
  return processes.map(({ pid }) => pid);
}
