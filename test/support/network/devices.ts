import { closeSync, openSync } from "node:fs";
import koffi from "koffi";
import { ip, sh } from "./namespace.js";

// linux/if_tun.h
const TUNSETIFF = 0x400454ca;
const TUNSETLINK = 0x400454cd;
const IFF_TUN = 0x0001;
const IFF_TAP = 0x0002;
const IFF_NO_PI = 0x1000;

const libc = koffi.load(null);
const ioctl = libc.func("int ioctl(int fd, unsigned long request, void *argument)");
const ioctlByValue = libc.func("int ioctl(int fd, unsigned long request, unsigned long argument)");

/** A tun or tap device that exists until it is disposed of. */
export class Tun implements Disposable {
  readonly #fd = openSync("/dev/net/tun", "r+");

  constructor(name: string, mode: "tun" | "tap") {
    const request = new Uint8Array(40);
    request.set(Buffer.from(name));
    new DataView(request.buffer).setUint16(16, (mode === "tun" ? IFF_TUN : IFF_TAP) | IFF_NO_PI, true);
    if (ioctl(this.#fd, TUNSETIFF, request) !== 0) throw new Error(`TUNSETIFF: errno ${koffi.errno()}`);
  }

  /** Gives the device another link type, `ARPHRD_*`. The device must be down. */
  setLinkType(type: number): void {
    if (ioctlByValue(this.#fd, TUNSETLINK, type) !== 0) throw new Error(`TUNSETLINK: errno ${koffi.errno()}`);
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}

/** Why tun and tap devices can't be made on this machine, or false. */
export const noTun: string | false = canOpen("/dev/net/tun")
  ? false
  : "needs /dev/net/tun, opened for writing";

function canOpen(path: string): boolean {
  try {
    closeSync(openSync(path, "r+"));
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes a device of every kind that this kernel supports, in this namespace and another one, with addresses of all
 * kinds.
 */
export function populate(): void {
  sh("mkdir -p /run/netns");
  ip("netns add other");
  ip("link set lo up");
  ip("link add v0 type veth peer name v1");
  ip("link add far type veth peer name near netns other");
  sh("unshare --net sh -c :");
  ip("link add br0 type bridge");
  ip("link set v1 master br0");
  for (const mode of ["private", "vepa", "bridge", "passthru", "source"]) {
    ip(`link add up-${mode} type veth peer name dn-${mode}`);
    ip(`link add mv-${mode} link up-${mode} type macvlan mode ${mode}`);
  }
  ip("link add mvt0 link v0 type macvtap mode bridge");
  ip("link add vx0 type vxlan id 5 dev v0 dstport 4789");
  ip("link add ifb7 type ifb");
  ip("link add gone link v0 type macvlan mode bridge");
  ip("link set gone netns other");
  if (!noTun) addTunDevices();

  ip("link set v0 up");
  ip("link set v0 alias with\u00a0a\u00a0blank");
  ip("link property add dev v0 altname a-name-of-more-than-fifteen-bytes altname second");
  ip("link set v1 group 7");
  ip("link set v1 txqueuelen 0");
  ip("link set br0 up");
  ip("link set mv-private protodown on");
  ip("link set mv-private protodown_reason 3 on");
  ip("link set mv-private protodown_reason 5 on");
  ip("link set mv-vepa protodown on");

  ip("addr add 192.0.2.1/24 brd + dev v0");
  ip("addr add 192.0.2.2/24 dev v0 label v0:1");
  ip("addr add 198.51.100.1/24 dev v0 valid_lft 5000 preferred_lft 0");
  ip("addr add 203.0.113.1 peer 203.0.113.2/32 dev v0");
  ip("addr add 10.0.0.1/8 dev br0 scope link noprefixroute");
  ip("addr add 2001:db8::1/64 dev v0 nodad home");
  ip("addr add 2001:db8::2/64 dev v0 valid_lft 9000 preferred_lft 0");
  ip("addr add 2001:db8::3/64 dev br0 mngtmpaddr noprefixroute");
  ip("addr add 2001:db8::4/128 peer 2001:db8::5/128 dev v0");
  ip("addr add ::ffff:192.0.2.9/128 dev v0 nodad");
  ip("addr add 2001:0:0:1::/64 dev v0 nodad scope 200");
}

function addTunDevices(): void {
  ip("tuntap add dev tap7 mode tap");
  ip("tuntap add dev tun7 mode tun");
  ip("link set tun7 up");
  ip("addr add 203.0.113.3 peer 203.0.113.4/32 dev tun7");
  ip("addr add 2001:db8::6/128 peer 2001:db8::7/128 dev tun7");
}
