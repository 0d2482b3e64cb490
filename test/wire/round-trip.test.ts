import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  genericFamilySize,
  readGenericFamily,
  writeGenericFamily,
} from "../../src/wire/kernel/generic-netlink/control.js";
import {
  deviceQueueSize,
  readDeviceQueue,
  writeDeviceQueue,
} from "../../src/wire/kernel/generic-netlink/netdev.js";
import { IFREQ_SIZE, readIfreq, writeIfreq } from "../../src/wire/kernel/ifreq.js";
import * as expressions from "../../src/wire/kernel/netfilter/expressions.js";
import {
  nfTableSize,
  nfTablesChainSize,
  nfTablesRuleSize,
  readNfTable,
  readNfTablesChain,
  readNfTablesRule,
  writeNfTable,
  writeNfTablesChain,
  writeNfTablesRule,
} from "../../src/wire/kernel/netfilter/nf-tables.js";
import type { AttributeSet, AttributeValues } from "../../src/wire/kernel/netlink/attribute.js";
import { readDone, readError } from "../../src/wire/kernel/netlink/error.js";
import { messageSize, readMessages, writeMessage } from "../../src/wire/kernel/netlink/message.js";
import { PACKET_MREQ_SIZE, readPacketMreq, writePacketMreq } from "../../src/wire/kernel/packet-mreq.js";
import { addressSize, readAddress, writeAddress } from "../../src/wire/kernel/rtnetlink/address.js";
import { linkSize, readLink, writeLink } from "../../src/wire/kernel/rtnetlink/link.js";
import { neighbourSize, readNeighbour, writeNeighbour } from "../../src/wire/kernel/rtnetlink/neighbour.js";
import { netnsIdSize, readNetnsId, writeNetnsId } from "../../src/wire/kernel/rtnetlink/netns-id.js";
import { readRoute, routeSize, writeRoute } from "../../src/wire/kernel/rtnetlink/route.js";
import {
  bpfActionOptions,
  mirredOptions,
  sampleOptions,
} from "../../src/wire/kernel/rtnetlink/traffic-action.js";
import {
  readTrafficControl,
  redOptions,
  trafficControlSize,
  writeTrafficControl,
} from "../../src/wire/kernel/rtnetlink/traffic-control.js";
import { bpfFilterOptions } from "../../src/wire/kernel/rtnetlink/traffic-filter.js";
import {
  packetSocketSize,
  readPacketSocket,
  writePacketSocket,
} from "../../src/wire/kernel/sock-diag/packet.js";
import { readXdpSocket, writeXdpSocket, xdpSocketSize } from "../../src/wire/kernel/sock-diag/xdp.js";
import { doneReply, errorReply } from "../support/netlink/netlink-replies.js";
import { codec } from "../support/wire/codec.js";
import { onlyMessage } from "../support/wire/golden/message.js";
import * as values from "../support/wire/wire-values.js";

/** Returns the codec of attributes whose header has nothing else. */
function attributes<Table>(set: AttributeSet<Table>, each: fc.Arbitrary<AttributeValues<Table>>) {
  return codec({
    values: each,
    size: (value) => set.size(value),
    write: (value, into, offset) => set.write(value, into, offset),
    read: (bytes) => set.read(bytes, 0, bytes.length, "attributes"),
  });
}

const codecs = {
  "netlink message": codec({
    values: values.message,
    size: messageSize,
    write: writeMessage,
    read: onlyMessage,
  }),
  link: codec({ values: values.link, size: linkSize, write: writeLink, read: readLink }),
  address: codec({ values: values.address, size: addressSize, write: writeAddress, read: readAddress }),
  "namespace id": codec({
    values: values.netnsId,
    size: netnsIdSize,
    write: writeNetnsId,
    read: readNetnsId,
  }),
  neighbour: codec({
    values: values.neighbour,
    size: neighbourSize,
    write: writeNeighbour,
    read: readNeighbour,
  }),
  route: codec({ values: values.route, size: routeSize, write: writeRoute, read: readRoute }),
  "qdisc, class or filter": codec({
    values: values.trafficControl,
    size: trafficControlSize,
    write: writeTrafficControl,
    read: readTrafficControl,
  }),
  "bpf filter": attributes(bpfFilterOptions, values.bpfFilter),
  "mirred action": attributes(mirredOptions, values.mirred),
  "bpf action": attributes(bpfActionOptions, values.bpfAction),
  "sample action": attributes(sampleOptions, values.sample),
  "red qdisc": attributes(redOptions, values.redBlocks),
  "nf_tables table": codec({
    values: values.nfTable,
    size: nfTableSize,
    write: writeNfTable,
    read: readNfTable,
  }),
  "nf_tables chain": codec({
    values: values.nfTablesChain,
    size: nfTablesChainSize,
    write: writeNfTablesChain,
    read: readNfTablesChain,
  }),
  "nf_tables rule": codec({
    values: values.nfTablesRule,
    size: nfTablesRuleSize,
    write: writeNfTablesRule,
    read: readNfTablesRule,
  }),
  "immediate expression": attributes(expressions.immediateExpression, values.immediate),
  "dup expression": attributes(expressions.dupExpression, values.dup),
  "fwd expression": attributes(expressions.fwdExpression, values.dup),
  "log expression": attributes(expressions.logExpression, values.log),
  "queue expression": attributes(expressions.queueExpression, values.queue),
  "target expression": attributes(expressions.targetExpression, values.target),
  "meta expression": attributes(expressions.metaExpression, values.meta),
  "cmp expression": attributes(expressions.cmpExpression, values.cmp),
  "match expression": attributes(expressions.matchExpression, values.match),
  "packet socket": codec({
    values: values.packetSocket,
    size: packetSocketSize,
    write: writePacketSocket,
    read: readPacketSocket,
  }),
  "AF_XDP socket": codec({
    values: values.xdpSocket,
    size: xdpSocketSize,
    write: writeXdpSocket,
    read: readXdpSocket,
  }),
  "generic netlink family": codec({
    values: values.genericFamily,
    size: genericFamilySize,
    write: writeGenericFamily,
    read: readGenericFamily,
  }),
  "queue of a device": codec({
    values: values.deviceQueue,
    size: deviceQueueSize,
    write: writeDeviceQueue,
    read: readDeviceQueue,
  }),
  ifreq: codec({
    values: values.ifreq,
    size: () => IFREQ_SIZE,
    write(value, into, offset) {
      writeIfreq(value, into.subarray(offset));
      return undefined;
    },
    read: readIfreq,
  }),
  packet_mreq: codec({
    values: values.packetMreq,
    size: () => PACKET_MREQ_SIZE,
    write(value, into, offset) {
      writePacketMreq(value, into.subarray(offset));
      return undefined;
    },
    read: readPacketMreq,
  }),
};

describe("any value of a kernel structure survives being written and read:", () => {
  for (const [name, { survives }] of Object.entries(codecs)) it(name, survives);

  it("nlmsgerr, whole or capped, after any request", () =>
    fc.assert(
      fc.property(values.netlinkError, values.message, fc.boolean(), (error, request, capped) => {
        const bytes = new Uint8Array(messageSize(request));
        writeMessage(request, bytes, 0);
        const reply = errorReply(error, bytes, capped);
        assert.deepEqual(readError({ ...reply, sequence: 0, portId: 0 }), error);
      }),
    ));

  it("an error in NLMSG_DONE", () =>
    fc.assert(
      fc.property(values.netlinkError, (error) =>
        assert.deepEqual(readDone({ ...doneReply(error), sequence: 0, portId: 0 }), error),
      ),
    ));

  it("several messages in one datagram", () =>
    fc.assert(
      fc.property(fc.array(values.message, { maxLength: 5 }), (messages) => {
        const bytes = new Uint8Array(messages.reduce((sum, message) => sum + messageSize(message), 0));
        let at = 0;
        for (const message of messages) at = writeMessage(message, bytes, at);
        assert.deepEqual(readMessages(bytes), messages);
      }),
    ));
});
