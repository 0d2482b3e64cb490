export { copyCapture } from "./capture/file/copy-capture.js";
export {
  type CaptureReader,
  type ReadCaptureOptions,
  readCapture,
} from "./capture/file/read/read-capture.js";
export type { CaptureWriter } from "./capture/file/write/capture-writer.js";
export { type CaptureWriterOptions, openCaptureWriter } from "./capture/file/write/open-writer.js";
export { type LiveCapture, openCapture } from "./capture/live/capture.js";
export type { CaptureOptions, InterfaceEvent } from "./capture/live/options.js";
export type { CaptureStatistics, PacketClasses } from "./capture/live/statistics.js";
export type { CaptureInterface, Packet, PacketBatch } from "./capture/packet.js";
export { sendFrame } from "./capture/send.js";
export { dnsDecoy } from "./detect/decoy/dns/dns-decoy.js";
export type {
  Asker,
  DnsDecoyEvent,
  DnsDecoyQuery,
  DnsDecoyResult,
} from "./detect/decoy/dns/event.js";
export { type DnsDecoyOptions, type DnsDecoyTarget, describeDnsDecoy } from "./detect/decoy/dns/options.js";
export { decoyLogin } from "./detect/decoy/login/decoy-login.js";
export type { DecoyLoginAttempt, DecoyLoginEvent, DecoyLoginUse } from "./detect/decoy/login/event.js";
export { type DecoyLoginOptions, describeDecoyLogin } from "./detect/decoy/login/options.js";
export {
  type LoadEvent,
  type LoadProgress,
  type LoadResult,
  type LoadStart,
  loadTest,
} from "./detect/load/load-test.js";
export { describeLoad, type LoadOptions, type LoadPlan } from "./detect/load/plan.js";
export type {
  Comparison,
  LoadSample,
  LoadTarget,
  LoadTargetResult,
  LoadVerdict,
  Measure,
} from "./detect/load/result.js";
export type { Distribution } from "./detect/load/statistics.js";
export type {
  HeardEvent,
  ListenStart,
  PoisoningDown,
  PoisoningEvent,
  PoisoningFinding,
  PoisoningKind,
  PoisoningLoss,
} from "./detect/poisoning/event.js";
export { type ListenOptions, listenForPoisoning } from "./detect/poisoning/listen.js";
export {
  type Baseline,
  type BaselineHost,
  emptyBaseline,
  parseBaseline,
  updateBaseline,
} from "./detect/scan/baseline/baseline.js";
export {
  type ChangeKind,
  type ComparedReport,
  compareWithBaseline,
  type HostChange,
} from "./detect/scan/baseline/compare.js";
export { addEvidence, type HostReport } from "./detect/scan/report.js";
export { type ScanOptions, scan } from "./detect/scan/scan.js";
export type { ScanProgress } from "./detect/scan/scan-run.js";
export type { HostEvidence, LocalDevice, ProbeOutcome } from "./detect/scan/verdict/evidence.js";
export { type PublishedVerdict, publishedVerdicts } from "./detect/scan/verdict/published.js";
export { type Judgement, judge, type Verdict } from "./detect/scan/verdict/verdict.js";
export { type Errno, PromiscError, type PromiscErrorCode, type PromiscErrorDetails } from "./errors.js";
export { type ExperimentStep, experiment } from "./lab/experiment.js";
export type { LabHost } from "./lab/host.js";
export { createLan, type Lan, type LanOptions } from "./lab/lan.js";
export type { NicKind } from "./lab/nic/models.js";
export type { FrameClass } from "./lab/nic/nic.js";
export type { FrameCounts } from "./lab/port.js";
export { Room } from "./lab/room.js";
export type { Facility } from "./linux/facility/facility.js";
export { type CompileOptions, compileFilter } from "./linux/filter/compile-filter.js";
export type { Container, ControlGroup } from "./linux/process/control-group.js";
export type { ProcessDetails } from "./linux/process/process-details.js";
export { type CommandDiagnosis, type Diagnosis, diagnose } from "./promiscuity/doctor.js";
export { type HoldOptions, holdPromiscuous, type PromiscuousHold } from "./promiscuity/hold.js";
export type {
  DeviceFacts,
  DeviceHolder,
  FlagHolder,
  HiddenHolder,
  Holder,
  SocketFacts,
  SocketHolder,
  UnexplainedHolder,
  UnicastAddressesHolder,
} from "./promiscuity/holders/holder.js";
export { type ReadPromiscuityOptions, readPromiscuity } from "./promiscuity/holders/read.js";
export type {
  CapturingSocket,
  IncompleteSight,
  InterfaceHolders,
  NamespaceFacts,
  PromiscuityReport,
} from "./promiscuity/holders/report.js";
export type { InterfaceAddress, InterfaceState } from "./promiscuity/interface-state.js";
export {
  type CheckPolicyOptions,
  checkChange,
  checkPolicy,
  type ExpiredRuleFinding,
  type Finding,
  type HiddenFinding,
  type HolderFinding,
  type IncompleteFinding,
} from "./promiscuity/policy/findings.js";
export { parsePolicy } from "./promiscuity/policy/parse.js";
export { defaultPolicy, type Expiry, type Policy, type Rule } from "./promiscuity/policy/policy.js";
export type { Promiscuity, PromiscuityChange } from "./promiscuity/promiscuity.js";
export { readInterface, readInterfaces } from "./promiscuity/read.js";
export { type CommandEnd, type RunOptions, runPromiscuous } from "./promiscuity/run.js";
export { type SetVia, setPromiscuous } from "./promiscuity/set.js";
export type {
  Attribution,
  ChangeEvent,
  LossEvent,
  RenameEvent,
  ReportedEvent,
  SightEvent,
  UnwatchedEvent,
  WatchEvent,
  WatchStart,
} from "./promiscuity/watch/event.js";
export { type WatchOptions, watchPromiscuity } from "./promiscuity/watch/watch.js";
export { PacketFilter } from "./wire/kernel/bpf/run.js";
// Codecs for those who make frames, and for those who read them where they lie: each has its numbers, field offsets, readers
// of single fields that allocate nothing, a reader, a writer and a size.
export * as dhcp from "./wire/packet/application/dhcp.js";
export * as dhcpOption from "./wire/packet/application/dhcp-option.js";
export * as dns from "./wire/packet/application/dns.js";
export * as dnsRecord from "./wire/packet/application/dns-rdata.js";
export { type DissectOptions, dissect } from "./wire/packet/dissect/dissect.js";
export type { Layer } from "./wire/packet/dissect/layer.js";
export { layersToJson } from "./wire/packet/dissect/to-json.js";
export * as ethernet from "./wire/packet/link/ethernet.js";
export * as vlan from "./wire/packet/link/vlan.js";
export * as arp from "./wire/packet/network/arp.js";
export * as groupMembership from "./wire/packet/network/group-membership.js";
export * as icmp from "./wire/packet/network/icmp.js";
export * as icmp6 from "./wire/packet/network/icmp6/icmp6.js";
export * as ndOption from "./wire/packet/network/icmp6/nd-option.js";
export * as neighbourDiscovery from "./wire/packet/network/icmp6/neighbour-discovery.js";
export * as igmp from "./wire/packet/network/igmp.js";
export * as internetChecksum from "./wire/packet/network/internet-checksum.js";
export * as ipv4 from "./wire/packet/network/ipv4.js";
export * as ipv4Option from "./wire/packet/network/ipv4-option.js";
export * as ipv6 from "./wire/packet/network/ipv6.js";
export * as ipv6Options from "./wire/packet/network/ipv6-options.js";
export * as tcp from "./wire/packet/transport/tcp.js";
export * as udp from "./wire/packet/transport/udp.js";
