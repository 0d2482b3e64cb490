/**
 * The names in JSON output of what has another name in TypeScript, where names are in camel case. Most are those of
 * `ip -j`.
 */
const names: Readonly<Record<string, string>> = {
  addrInfo: "addr_info",
  allmultiFlag: "allmulti_flag",
  allmultiHolders: "allmulti_holders",
  argsTruncated: "args_truncated",
  blockSize: "block_size",
  boundTo: "bound_to",
  exeUnverified: "exe_unverified",
  frameSize: "frame_size",
  infoKind: "info_kind",
  infoSlaveKind: "info_slave_kind",
  isComputed: "is_computed",
  isDormant: "is_dormant",
  isExcluded: "is_excluded",
  isPrefix: "is_prefix",
  linkId: "link_id",
  linkIndex: "link_index",
  linkNetns: "link_netns",
  linkNetnsid: "link_netnsid",
  linkPointtopoint: "link_pointtopoint",
  linkType: "link_type",
  loginUid: "login_uid",
  loginUser: "login_user",
  notLookedAt: "not_looked_at",
  portId: "port_id",
  preferredLifeTime: "preferred_life_time",
  privateSize: "private_size",
  progId: "prog_id",
  promiscFlag: "promisc_flag",
  protoDown: "proto_down",
  protocolName: "protocol_name",
  protoDownReason: "proto_down_reason",
  startTicks: "start_ticks",
  trafficFilter: "traffic_filter",
  userUnit: "user_unit",
  validLifeTime: "valid_life_time",
};

/** What JSON output has as null if it is absent: a property of each object under one of these names. */
const nulls: Readonly<Record<string, string>> = {
  actor: "pid",
  attempts: "mac",
  came: "holder",
  commands: "needs",
  facilities: "available",
  process: "pid",
  processes: "pid",
  uses: "mac",
  went: "holder",
};

/**
 * Converts one of the library's values to what JSON output has: `ip`'s names, and null where a reader is to see that a
 * fact is missing.
 * @param property the name that the value has in the object that it is in
 */
export function jsonValue(value: unknown, property = ""): unknown {
  if (Array.isArray(value)) return value.map((each) => jsonValue(each, property));
  if (typeof value !== "object" || value === null || "toJSON" in value) return value;
  const converted: Record<string, unknown> = {};
  const missing = nulls[property];
  if (missing !== undefined && !(missing in value)) converted[missing] = null;
  // As `ip` has it: the interface below no longer exists.
  if ("linkIndex" in value && value.linkIndex === 0) converted["link"] = null;
  for (const [name, each] of Object.entries(value)) {
    if (name === "linkIndex" && each === 0) continue;
    converted[names[name] ?? name] = jsonValue(each, name);
  }
  return converted;
}
