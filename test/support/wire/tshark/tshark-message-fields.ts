import type { DhcpOption } from "../../../../src/wire/packet/application/dhcp-option.js";
import type { Dhcp6Option } from "../../../../src/wire/packet/application/dhcp6-option.js";
import type { Dns, DnsRecord } from "../../../../src/wire/packet/application/dns.js";
import type { Layer } from "../../../../src/wire/packet/dissect/layer.js";
import { of, type Value } from "./tshark-field.js";

/** Returns a field of DNS and mDNS messages, which tshark doesn't distinguish here. */
function dns(read: (message: Dns) => Value | readonly Value[]) {
  return (layer: Layer): readonly Value[] => {
    if (layer.protocol !== "dns" && layer.protocol !== "mdns") return [];
    return [read(layer)].flat() as Value[];
  };
}

/** Returns a field of the records in DNS and mDNS messages. */
function records(read: (record: DnsRecord) => Value | readonly Value[] | undefined) {
  return dns(({ answers, authorities, additionals }) =>
    [...answers, ...authorities, ...additionals].flatMap((record) => (read(record) ?? []) as Value[]),
  );
}

/** Returns a field of DHCP options with a code. */
const dhcp = (code: number, read: (option: DhcpOption) => Value | readonly Value[] | undefined) =>
  of("dhcp", ({ options }) =>
    options.filter((option) => option.code === code).flatMap((option) => (read(option) ?? []) as Value[]),
  );

/** Returns a field of DHCPv6 options. Options within others come after them. */
function dhcp6(read: (option: Dhcp6Option) => Value | readonly Value[] | undefined) {
  const all = (options: readonly Dhcp6Option[]): Dhcp6Option[] =>
    options.flatMap((option) => [option, ...("options" in option ? all(option.options) : [])]);
  return of("dhcp6", ({ options }) => all(options).flatMap((option) => (read(option) ?? []) as Value[]));
}

export const messageFields: Readonly<Record<string, (layer: Layer) => readonly Value[]>> = {
  "dns.id": dns(({ id }) => id),
  "dns.flags.response": dns(({ response }) => response),
  "dns.flags.recdesired": dns(({ recursionDesired }) => recursionDesired),
  "dns.qry.name": dns(({ questions }) => questions.map(({ name }) => name)),
  "dns.qry.type": dns(({ questions }) => questions.map(({ type }) => type)),
  // tshark has another name for the root, and another field for the name of an SRV record.
  "dns.resp.name": records(({ name, type }) => (type === 33 ? undefined : name === "." ? "<Root>" : name)),
  "dns.resp.type": records(({ type }) => type),
  "dns.resp.ttl": records(({ type, ttl }) => (type === 41 ? undefined : ttl)),
  "dns.a": records(({ type, data }) => (type === 1 && data.format === "address" ? data.address : undefined)),
  "dns.aaaa": records(({ type, data }) =>
    type === 28 && data.format === "address" ? data.address : undefined,
  ),
  "dns.cname": records(({ type, data }) => (type === 5 && data.format === "name" ? data.name : undefined)),
  "dns.ptr.domain_name": records(({ type, data }) =>
    type === 12 && data.format === "name" ? data.name : undefined,
  ),
  "dns.mx.mail_exchange": records(({ data }) => (data.format === "mx" ? data.exchange : undefined)),
  "dns.txt": records(({ data }) => (data.format === "strings" ? data.strings : undefined)),
  "dns.srv.port": records(({ data }) => (data.format === "srv" ? data.port : undefined)),
  "dns.srv.target": records(({ data }) => (data.format === "srv" ? data.target : undefined)),
  "dns.soa.mname": records(({ data }) => (data.format === "soa" ? data.primaryName : undefined)),
  "dns.soa.serial_number": records(({ data }) => (data.format === "soa" ? data.serial : undefined)),
  "dhcp.type": of("dhcp", ({ op }) => op),
  "dhcp.id": of("dhcp", ({ xid }) => xid),
  "dhcp.ip.your": of("dhcp", ({ yiaddr }) => yiaddr),
  "dhcp.ip.server": of("dhcp", ({ siaddr }) => siaddr),
  "dhcp.server": of("dhcp", ({ sname }) => sname || undefined),
  "dhcp.file": of("dhcp", ({ file }) => file || undefined),
  // tshark prints 0 for the End option, which isn't one of our options.
  "dhcp.option.type": of("dhcp", ({ options }) => [...options.map(({ code }) => code), 0]),
  "dhcp.option.dhcp": dhcp(53, (option) => ("value" in option ? option.value : undefined)),
  "dhcp.option.hostname": dhcp(12, (option) => ("text" in option ? option.text : undefined)),
  "dhcp.option.domain_name": dhcp(15, (option) => ("text" in option ? option.text : undefined)),
  "dhcp.option.requested_ip_address": dhcp(50, (option) =>
    "address" in option ? option.address : undefined,
  ),
  "dhcp.option.dhcp_server_id": dhcp(54, (option) => ("address" in option ? option.address : undefined)),
  "dhcp.option.subnet_mask": dhcp(1, (option) => ("address" in option ? option.address : undefined)),
  "dhcp.option.router": dhcp(3, (option) => ("addresses" in option ? option.addresses : undefined)),
  "dhcp.option.domain_name_server": dhcp(6, (option) =>
    "addresses" in option ? option.addresses : undefined,
  ),
  "dhcp.option.ip_address_lease_time": dhcp(51, (option) => ("value" in option ? option.value : undefined)),
  "dhcp.option.request_list_item": dhcp(55, (option) => ("codes" in option ? option.codes : undefined)),
  "dhcpv6.msgtype": of("dhcp6", ({ messageType }) => messageType),
  "dhcpv6.xid": of("dhcp6", (layer) => ("transactionId" in layer ? layer.transactionId : undefined)),
  "dhcpv6.iaid": dhcp6((option) =>
    "iaid" in option ? option.iaid.toString(16).padStart(8, "0") : undefined,
  ),
  "dhcpv6.iaaddr.ip": dhcp6((option) => ("address" in option ? option.address : undefined)),
  "dhcpv6.iaaddr.valid_lifetime": dhcp6((option) =>
    option.option === "ia-address" ? option.validLifetime : undefined,
  ),
  "dhcpv6.requested_option_code": dhcp6((option) => ("codes" in option ? option.codes : undefined)),
  "dhcpv6.dns_server": dhcp6((option) => ("addresses" in option ? option.addresses : undefined)),
  "dhcpv6.elapsed_time": dhcp6((option) => ("elapsed" in option ? option.elapsed * 10 : undefined)),
  "dhcpv6.status_code": dhcp6((option) => ("status" in option ? option.status : undefined)),
  "dhcpv6.search_list_entry": dhcp6((option) =>
    "names" in option ? option.names.map((name) => `${name}.`) : undefined,
  ),
};
