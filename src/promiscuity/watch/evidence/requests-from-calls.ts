import { findKnownAccount } from "../../../linux/account/find-account.js";
import type { CallRecord } from "../../../linux/bpf/call-record.js";
import { SystemCallTracer } from "../../../linux/bpf/system-call-tracer.js";
import { describeUser, type ProcessDetails, readProcess } from "../../../linux/process/process-details.js";
import { PACKET_MR_ALLMULTI, PACKET_MR_PROMISC } from "../../../wire/kernel/packet-mreq.js";
import { IFF_ALLMULTI, IFF_PROMISC } from "../../../wire/kernel/rtnetlink/link.js";
import type { Counter } from "../../holders/accounting.js";
import type { FlagRequest, JoinRequest } from "./traced-request.js";
import type { Tracer, WaitingRequests } from "./waiting-requests.js";

/** Called with each call, including those by which a socket begins to receive frames. */
export type OnCall = (call: CallRecord, describe: () => ProcessDetails) => void;

/**
 * Traces the system calls that change promiscuity, by eBPF.
 * @param requests where what the calls ask for is added
 * @param onCall see {@link OnCall}; without it, the calls by which a socket begins to receive frames aren't traced
 * @throws PromiscError `privilege` or `kernel` if this process may not trace, or this kernel can't
 */
export function traceSystemCalls(requests: WaitingRequests, onCall?: OnCall): Tracer {
  const processes = new ProcessCache();
  return new SystemCallTracer(
    (call) => {
      onCall?.(call, () => processes.describe(call));
      for (const request of requestsOf(call))
        requests.add({ ...request, netns: call.netns, process: processes.describe(call) });
    },
    { listeners: onCall !== undefined },
  );
}

type Of<Request> = Omit<Request, "netns" | "process">;

/** Returns what a call asks for. It may change nothing, if the state is already so or the kernel refuses. */
function requestsOf(call: CallRecord): (Of<FlagRequest> | Of<JoinRequest>)[] {
  if (call.kind === "membership") return joinRequests(call);
  if (call.kind === "socket" || call.kind === "bind" || call.kind === "filter" || !call.request) return [];
  if (call.kind === "flags") return flagRequests(call.request.name, call.request.flags, 0);
  const { index, name, alternativeName, flags, change } = call.request;
  return flagRequests(index || (name ?? alternativeName ?? ""), flags, change);
}

const membershipCounters: Readonly<Record<number, Counter>> = {
  [PACKET_MR_PROMISC]: "promiscuity",
  [PACKET_MR_ALLMULTI]: "allmulti",
};

function joinRequests({
  change,
  request,
  socketInode,
  uid,
}: CallRecord & { kind: "membership" }): Of<JoinRequest>[] {
  const counter = request && membershipCounters[request.type];
  // The process that drops a membership is known since it was added.
  if (!counter || change === "drop") return [];
  const socket = { inode: socketInode, ...describeUser(uid, findKnownAccount) };
  return [{ counter, sort: "join", socket, interface: request.index }];
}

/** @param change the flags that the call changes; 0 for all of them */
function flagRequests(which: number | string, flags: number, change: number): Of<FlagRequest>[] {
  const request = (counter: Counter, flag: number): Of<FlagRequest>[] =>
    change === 0 || change & flag
      ? [{ counter, sort: flags & flag ? "set-flag" : "clear-flag", interface: which }]
      : [];
  return [...request("promiscuity", IFF_PROMISC), ...request("allmulti", IFF_ALLMULTI)];
}

/** How long a process ID is taken to belong to the same process, in milliseconds. */
const SAME_MS = 1000;

/**
 * Looks up processes, once for many calls. It does so while they exist, because /proc knows more than the trace does.
 */
class ProcessCache {
  readonly #known = new Map<string, { details: ProcessDetails; until: number }>();

  describe(call: CallRecord): ProcessDetails {
    const { tgid, comm } = call;
    // /proc doesn't know a process that isn't visible from here, and its ID may be another process's.
    if (tgid === 0) return seenBy(call);
    const key = `${tgid} ${comm}`;
    const now = performance.now();
    const known = this.#known.get(key);
    if (known && now < known.until) return known.details;
    for (const [each, { until }] of this.#known) if (until <= now) this.#known.delete(each);
    const details = { ...readProcess(tgid, findKnownAccount), ...seenBy(call) };
    this.#known.set(key, { details, until: now + SAME_MS });
    return details;
  }
}

/** Returns what the trace itself recorded about the process. */
function seenBy({ comm, args, uid }: CallRecord): Omit<ProcessDetails, "pid"> {
  return { comm, ...(args.length > 0 ? { args } : {}), ...describeUser(uid, findKnownAccount) };
}
