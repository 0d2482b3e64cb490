import assert from "node:assert/strict";
import { openSync, readdirSync, readlinkSync } from "node:fs";
import { describe, it } from "node:test";
import { readAttachedPrograms } from "../../../../src/linux/bpf/inspect/attached-programs.js";
import { readBpfLinks } from "../../../../src/linux/bpf/inspect/bpf-links.js";
import { describePrograms } from "../../../../src/linux/bpf/inspect/describe-programs.js";
import { findProgramHolders, isProgramOrLink } from "../../../../src/linux/bpf/inspect/program-holders.js";
import type { FileDescriptor } from "../../../../src/linux/ffi/file-descriptor.js";
import { Rtnetlink } from "../../../../src/linux/netlink/rtnetlink.js";
import { xdpPrograms } from "../../../../src/wire/kernel/rtnetlink/xdp.js";
import {
  attach,
  attachByLink,
  loadReturning,
  noPrograms,
  pin,
  XDP_FLAGS_SKB_MODE,
} from "../../../support/bpf/programs.js";
import { isolate, noNamespaces, sh } from "../../../support/network/namespace.js";
import { cable, indexOf } from "../../../support/network/veth.js";
import { withoutPrivilege } from "../../../support/process/as-nobody.js";
import { lacking } from "../../../support/process/peer.js";

isolate();

/** Returns undefined for the descriptor by which the directory was read, which is closed. */
function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** What /proc shows of a program or BPF link that this process has open. */
function held(descriptor: FileDescriptor) {
  return { pid: process.pid, fd: descriptor.number };
}

/** Returns the id of a program that this process has open, as bpftool finds it by the pinned file. */
function idOf(program: FileDescriptor, name: string): number {
  const path = `/run/bpf/${name}`;
  pin(program, path);
  return JSON.parse(sh(`bpftool -j prog show pinned ${path}`)).id;
}

const XDP_PASS = 2;

describe("eBPF programs that get packets", {
  skip: noPrograms || noNamespaces || lacking("ip", "bpftool", "mount", "mkdir"),
}, () => {
  cable("v0", "v1");
  sh("mkdir /run/bpf");
  sh("mount -t bpf bpf /run/bpf");

  const linkOf = (name: string) => {
    using rtnetlink = new Rtnetlink();
    return rtnetlink.link(name, "test");
  };

  it("of XDP are found in the link's attributes, as ip and bpftool list them", () => {
    using program = loadReturning("xdp", "xdp_seen", XDP_PASS);
    const id = idOf(program, "xdp");
    assert.deepEqual(xdpPrograms(linkOf("v0")), []);
    sh("ip link set v0 xdpgeneric pinned /run/bpf/xdp");
    sh("ip link set v1 xdpdrv pinned /run/bpf/xdp");
    assert.deepEqual(xdpPrograms(linkOf("v0")), [{ mode: "generic", programId: id }]);
    assert.deepEqual(xdpPrograms(linkOf("v1")), [{ mode: "driver", programId: id }]);
    const [{ xdp }] = JSON.parse(sh("bpftool -j net"));
    assert.deepEqual(
      xdp.map((each: { devname: string; id: number; mode: string }) => [each.devname, each.mode, each.id]),
      [
        ["v1", "driver", id],
        ["v0", "generic", id],
      ],
    );
    sh("ip link set v0 xdpgeneric off");
    sh("ip link set v1 xdpdrv off");
  });

  it("of tcx are found at both hooks, with the BPF link if there is one", () => {
    using program = loadReturning("sched_cls", "tcx_seen", -1);
    using other = loadReturning("sched_cls", "tcx_other", -1);
    const id = idOf(program, "tcx");
    const otherId = idOf(other, "tcx-other");
    const links = [linkOf("v0"), linkOf("v1"), { index: 9999 }];
    assert.deepEqual(readAttachedPrograms(links), { values: [], unseen: [] });
    const index = indexOf("v0");
    attach(program, index, "tcx-ingress");
    using bpfLink = attachByLink(other, index, "tcx-egress");
    const [link] = readBpfLinks().values.filter(({ programId }) => programId === otherId);
    assert.deepEqual(link?.attachment, { kind: "tcx", index });
    assert.deepEqual(readAttachedPrograms(links), {
      values: [
        { index, at: "tcx-ingress", programId: id },
        { index, at: "tcx-egress", programId: otherId, linkId: link?.id },
      ],
      unseen: [],
    });
    const descriptors = readdirSync("/proc/self/fd").filter((fd) => {
      const target = linkTarget(`/proc/self/fd/${fd}`);
      return target !== undefined && isProgramOrLink(target);
    });
    assert.deepEqual(
      descriptors.map(Number).sort((a, b) => a - b),
      [program.number, other.number, bpfLink.number].sort((a, b) => a - b),
    );
    assert.deepEqual(findProgramHolders(new Set([otherId]), [held(program), held(other), held(bpfLink)]), [
      { ...held(other), programId: otherId },
      { ...held(bpfLink), programId: otherId, linkId: link?.id },
    ]);
  });

  it("are described as bpftool describes them", () => {
    using program = loadReturning("sched_cls", "described", 0);
    const id = idOf(program, "described");
    const shown = JSON.parse(sh(`bpftool -j prog show id ${id}`));
    const { values, unseen } = describePrograms([id, id, 0x7fff_fff0]);
    assert.deepEqual(unseen, []);
    const [details, ...more] = values;
    assert.deepEqual(more, []);
    assert.deepEqual(
      { ...details, loaded: undefined },
      { id, type: shown.type, name: "described", tag: shown.tag, uid: shown.uid, loaded: undefined },
    );
    // bpftool has whole seconds, and takes the boot time from another clock.
    const seconds = Date.parse(details?.loaded ?? "") / 1000;
    assert.ok(Math.abs(seconds - shown.loaded_at) < 3, `${seconds} is not ${shown.loaded_at}`);
  });

  it("are found at netfilter's hooks and in namespaces by their BPF links", () => {
    using filter = loadReturning("netfilter", "nf_seen", 1);
    const filterId = idOf(filter, "netfilter");
    // NFPROTO_IPV4, NF_INET_PRE_ROUTING, priority, no flags
    using first = attachByLink(filter, 0, "netfilter", { details: [2, 0, -77 >>> 0, 0] });
    using lookup = loadReturning("sk_lookup", "lookup_seen", 1);
    const lookupId = idOf(lookup, "lookup");
    const namespace = openSync("/proc/thread-self/ns/net", "r");
    using second = attachByLink(lookup, namespace, "sk_lookup");
    assert.ok(first.number > 0 && second.number > 0);
    const attachments = new Map(readBpfLinks().values.map((link) => [link.programId, link.attachment]));
    assert.deepEqual(attachments.get(filterId), {
      kind: "netfilter",
      family: 2,
      hook: 0,
      priority: -77,
    });
    assert.deepEqual(attachments.get(lookupId), {
      kind: "netns",
      namespace: Number(/\d+/.exec(readlinkSync("/proc/thread-self/ns/net"))?.[0]),
      at: "sk_lookup",
    });
  });

  it("of XDP are found by their BPF links too", () => {
    using program = loadReturning("xdp", "xdp_link", XDP_PASS);
    const id = idOf(program, "xdp-link");
    using link = attachByLink(program, indexOf("v0"), "xdp", { flags: XDP_FLAGS_SKB_MODE });
    assert.ok(link.number > 0);
    assert.deepEqual(xdpPrograms(linkOf("v0")), [{ mode: "generic", programId: id }]);
    assert.deepEqual(
      readBpfLinks()
        .values.filter(({ programId }) => programId === id)
        .map(({ attachment }) => attachment),
      [{ kind: "xdp", index: indexOf("v0") }],
    );
  });

  it("are reported as unseen without privilege, except for the ids of XDP programs", () => {
    using program = loadReturning("xdp", "xdp_hidden", XDP_PASS);
    const id = idOf(program, "xdp-hidden");
    using link = attachByLink(program, indexOf("v0"), "xdp", { flags: XDP_FLAGS_SKB_MODE });
    assert.ok(link.number > 0);
    const seen = withoutPrivilege(() => ({
      xdp: xdpPrograms(linkOf("v0")),
      attached: readAttachedPrograms([linkOf("v0"), linkOf("v1")]),
      details: describePrograms([id]),
      links: readBpfLinks(),
    }));
    assert.deepEqual(seen.xdp, [{ mode: "generic", programId: id }]);
    const refusal = (what: string, operation: string, command: string, capability: string) => ({
      values: [],
      unseen: [
        {
          what,
          why: "privilege",
          reason: `cannot ${operation}: Operation not permitted (EPERM): ${command}`,
          remedy: `needs ${capability} in the initial user namespace: run it with sudo`,
        },
      ],
    });
    assert.deepEqual(
      seen.attached,
      refusal(
        "the programs attached by tcx and netkit",
        `read the programs at tcx-ingress of interface ${indexOf("v0")}`,
        "BPF_PROG_QUERY",
        "CAP_NET_ADMIN",
      ),
    );
    assert.deepEqual(
      seen.details,
      refusal(
        "the details of eBPF programs",
        `read eBPF program ${id}`,
        "BPF_PROG_GET_FD_BY_ID",
        "CAP_SYS_ADMIN",
      ),
    );
    assert.deepEqual(
      seen.links,
      refusal(
        "the links of eBPF programs",
        "read the links of eBPF programs",
        "BPF_LINK_GET_NEXT_ID",
        "CAP_SYS_ADMIN",
      ),
    );
  });
});
