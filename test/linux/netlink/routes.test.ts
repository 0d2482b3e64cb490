import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { addressBytes } from "../../../src/detect/load/echo-paths.js";
import { PromiscError } from "../../../src/errors.js";
import { Rtnetlink } from "../../../src/linux/netlink/rtnetlink.js";
import { formatInetAddress } from "../../../src/wire/inet-address.js";
import { hopsOf, type Route, RTN_LOCAL, RTN_UNICAST } from "../../../src/wire/kernel/rtnetlink/route.js";
import { ip, isolate, noNamespaces } from "../../support/network/namespace.js";
import { indexOf } from "../../support/network/veth.js";
import { spawnSync } from "../../support/process/child-process.js";
import { lacking } from "../../support/process/peer.js";

isolate();

/** A next hop or a route in the format of `ip -json`. */
interface IpHop {
  readonly dev: string;
  readonly gateway?: string;
  readonly via?: { readonly host: string };
}
interface IpRoute extends Partial<IpHop> {
  readonly type?: string;
  readonly dst: string;
  readonly table?: string;
  readonly metric?: number;
  readonly nexthops?: readonly IpHop[];
}

const hopAsIp = ({ dev, gateway, via }: Partial<IpHop>) => ({
  index: indexOf(dev ?? ""),
  gateway: gateway ?? via?.host,
});
const hop = ({ index, gateway }: { index: number; gateway: Uint8Array | undefined }) => ({
  index,
  gateway: gateway && formatInetAddress(gateway),
});

const routeAsIp = ({ dst, table, metric, nexthops, ...only }: IpRoute) => ({
  destination: dst,
  table,
  metric,
  hops: (nexthops ?? [only]).map(hopAsIp),
});

/** The names of tables in iproute2's rt_tables that are used here. */
const tableNames: Readonly<Record<number, string>> = { 254: "main", 255: "local" };

function route(each: Route) {
  const { destination, destinationLength, tableId = 0 } = each;
  const whole = destination && destinationLength === destination.length * 8;
  const address = destination && formatInetAddress(destination);
  return {
    destination: address ? (whole ? address : `${address}/${destinationLength}`) : "default",
    table: tableNames[tableId] ?? String(tableId),
    metric: each.priority,
    hops: hopsOf(each).map(hop),
  };
}

describe("routes that are read by netlink", { skip: noNamespaces || lacking("ip") }, () => {
  ip("link set lo up");
  for (const [a, b] of [
    ["v0", "v1"],
    ["v2", "v3"],
  ]) {
    ip(`link add ${a} type veth peer name ${b}`);
    for (const end of [a, b]) ip(`link set ${end} up`);
  }
  ip("addr add 192.0.2.1/24 dev v0");
  ip("addr add 203.0.113.1/24 dev v2");
  ip("addr add 2001:db8::1/64 dev v0 nodad");
  ip("addr add 2001:db8:2::1/64 dev v2 nodad");
  ip("route add default via 192.0.2.254 metric 100");
  ip("route add default via 203.0.113.254 metric 50");
  ip("route add 10.1.0.0/16 dev v0");
  ip("route add 10.2.0.0/16 nexthop via 192.0.2.253 dev v0 weight 3 nexthop dev v2");
  ip("route add 10.3.0.0/16 via inet6 2001:db8::fe dev v0");
  ip("route add 10.4.0.0/16 nexthop via inet6 2001:db8::fe dev v0 nexthop via 203.0.113.9 dev v2");
  ip("route add 10.5.0.7 dev v2 table 1000");
  ip("rule add to 10.5.0.0/24 table 1000");
  ip("route add 2001:db8:7::/48 via 2001:db8::fe dev v0");
  ip("route add 2001:db8:8::/48 dev v2 metric 7");
  ip("-6 route add default nexthop via 2001:db8::fe dev v0 nexthop via 2001:db8:2::fe dev v2");
  // A packet that `throw` returns to the next policy rule finds no route there.
  const refusing = ["unreachable", "prohibit", "blackhole", "throw"];
  for (const [at, type] of refusing.entries()) {
    ip(`route add ${type} 10.6.${at}.0/24`);
    ip(`route add ${type} 2001:db8:6:${at}::/64`);
  }

  it("are the unicast routes that ip prints, of both families and all tables, in its order", () => {
    using rtnetlink = new Rtnetlink();
    const shown: IpRoute[] = JSON.parse(ip("-json -details route show table all"));
    const expected = shown.filter(({ type }) => type === "unicast").map(routeAsIp);
    assert.deepEqual(rtnetlink.routes().map(route), expected);
    assert.ok(expected.length > 15);
  });

  const destinations = [
    "192.0.2.1",
    "192.0.2.7",
    "192.0.2.255",
    "198.51.100.7",
    "127.0.0.7",
    "10.1.2.3",
    ...Array.from({ length: 8 }, (_, at) => `10.2.0.${at}`),
    "10.3.0.1",
    ...Array.from({ length: 8 }, (_, at) => `10.4.0.${at}`),
    "10.5.0.7",
    "224.0.0.1",
    "2001:db8::1",
    "2001:db8::7",
    "2001:db8:7::7",
    "2001:db8:8::7",
    "2001:db8:9::7",
    "::1",
    "ff02::1",
  ];
  for (const destination of destinations)
    it(`to ${destination} agree with ip route get`, () => {
      using rtnetlink = new Rtnetlink();
      const [expected]: IpRoute[] = JSON.parse(ip(`-json -details route get ${destination}`));
      assert.ok(expected);
      const found = rtnetlink.routeTo(addressBytes(destination), "look it up");
      assert.deepEqual({ ...route(found), table: undefined }, { ...routeAsIp(expected), table: undefined });
      const type = { unicast: RTN_UNICAST, local: RTN_LOCAL }[expected.type ?? ""];
      if (type !== undefined) assert.equal(found.type, type);
    });

  const unreachable = [0, 1, 2, 3].flatMap((at) => [`10.6.${at}.1`, `2001:db8:6:${at}::1`]);
  for (const destination of unreachable)
    it(`to ${destination} are refused as ip route get refuses them`, () => {
      using rtnetlink = new Rtnetlink();
      const { stderr } = spawnSync("ip", ["route", "get", destination], { encoding: "utf8" });
      assert.throws(
        () => rtnetlink.routeTo(addressBytes(destination), "look it up"),
        (error) =>
          error instanceof PromiscError && stderr.trimEnd() === `RTNETLINK answers: ${error.errno?.text}`,
      );
    });
});
