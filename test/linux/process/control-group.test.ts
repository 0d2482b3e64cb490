import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type Container,
  type ControlGroup,
  readControlGroup,
} from "../../../src/linux/process/control-group.js";

const id = "0123456789abcdef".repeat(4);
const pod = "8a3f1c2e-1111-2222-3333-444455556666";

const root = (runtime: string, name = id): Container => ({ id: name, runtime });
const rootless = (runtime: string, name = id): Container => ({
  id: name,
  runtime,
  rootless: true,
});

describe("the path of a control group", () => {
  const paths: [path: string, says: ControlGroup][] = [
    ["/", {}],
    ["/system.slice/ssh.service", { unit: "ssh.service" }],
    ["/system.slice/system-getty.slice/getty@tty1.service", { unit: "getty@tty1.service" }],
    ["/user.slice/user-1000.slice/session-3.scope", { unit: "session-3.scope" }],
    // Docker with systemd, without it, with Compose, in Docker, and rootless.
    [`/system.slice/docker-${id}.scope`, { unit: `docker-${id}.scope`, container: root("docker") }],
    [`/docker/${id}`, { container: root("docker") }],
    [`/docker/${id}/init.scope`, { container: root("docker") }],
    [`/docker/${id}/docker/${"f".repeat(64)}`, { container: root("docker") }],
    [
      `/user.slice/user-1000.slice/user@1000.service/app.slice/docker-${id}.scope`,
      { unit: "user@1000.service", userUnit: `docker-${id}.scope`, container: rootless("docker") },
    ],
    // Podman as root, with a unit of its own (quadlet), and rootless.
    [
      `/machine.slice/libpod-${id}.scope/container`,
      { unit: `libpod-${id}.scope`, container: root("podman") },
    ],
    [
      `/machine.slice/libpod-conmon-${id}.scope`,
      { unit: `libpod-conmon-${id}.scope`, container: root("podman") },
    ],
    [`/libpod_parent/libpod-${id}`, { container: root("podman") }],
    [
      `/system.slice/web.service/libpod-payload-${id}`,
      { unit: "web.service", container: rootless("podman") },
    ],
    [
      `/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${id}.scope/container`,
      { unit: "user@1000.service", userUnit: `libpod-${id}.scope`, container: rootless("podman") },
    ],
    // Kubernetes with containerd and CRI-O, with systemd and without.
    [
      `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod8a3f.slice/cri-containerd-${id}.scope`,
      { unit: `cri-containerd-${id}.scope`, container: root("containerd") },
    ],
    [`/kubepods-besteffort-pod8a3f.slice:cri-containerd:${id}`, { container: root("containerd") }],
    [
      `/kubepods.slice/kubepods-pod8a3f.slice/crio-${id}.scope`,
      { unit: `crio-${id}.scope`, container: root("cri-o") },
    ],
    [`/kubepods/burstable/pod${pod}/${id}`, { container: root("kubernetes") }],
    [`/kubepods/pod${pod}/${id}`, { container: root("kubernetes") }],
    [`/kubepods/besteffort/pod${pod}/crio-${id}`, { container: root("cri-o") }],
    // LXC and systemd-nspawn.
    ["/lxc.payload.web/init.scope", { container: root("lxc", "web") }],
    ["/lxc/web", { container: root("lxc", "web") }],
    ["/lxc.payload/web/system.slice/cron.service", { container: root("lxc", "web") }],
    ["/machine.slice/machine-web.scope", { unit: "machine-web.scope", container: root("nspawn", "web") }],
    [
      "/machine.slice/systemd-nspawn@web.service/payload",
      { unit: "systemd-nspawn@web.service", container: root("nspawn", "web") },
    ],
    // Groups that any user can make below that user's systemd, or in a unit that was delegated to the user.
    [
      "/user.slice/user-1000.slice/user@1000.service/app.slice/suricata.service",
      { unit: "user@1000.service", userUnit: "suricata.service" },
    ],
    [
      "/user.slice/user-1000.slice/user@1000.service/system.slice/suricata.service",
      { unit: "user@1000.service", userUnit: "suricata.service" },
    ],
    [
      `/user.slice/user-1000.slice/user@1000.service/kubepods/pod${pod}/docker/${id}`,
      { unit: "user@1000.service" },
    ],
    ["/system.slice/web.service/suricata.service", { unit: "web.service" }],
    // Groups outside of this process's view, or made by an unknown user.
    [`/../system.slice/docker-${id}.scope`, { container: rootless("docker") }],
    [`/mine/docker-${id}.scope`, { container: rootless("docker") }],
    ["/mine/suricata.service", {}],
    // Names that don't match exactly.
    [`/system.slice/docker-${id.slice(1)}.scope`, { unit: `docker-${id.slice(1)}.scope` }],
    [`/docker/${id}x`, {}],
  ];
  for (const [path, says] of paths) it(path, () => assert.deepEqual(readControlGroup(path), says));
});
