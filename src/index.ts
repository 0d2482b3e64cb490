// Everything that is public: what this file exports, grouped by what it is for.

// Captures, live and in files: reading, writing, splitting and printing packets, and moving them from a source to sinks.
export {
  type CopyOptions,
  copyCapture,
} from "./capture/file/copy-capture.js";
export { type FileSinkOptions, openFileSink } from "./capture/file/file-sink.js";
export { parseFileSize } from "./capture/file/file-size.js";
export type { FileBatch, FileInterface } from "./capture/file/read/decoder.js";
export {
  type CaptureReader,
  type ReadCaptureOptions,
  readCapture,
} from "./capture/file/read/read-capture.js";
export { openRotation, type Rotation, type RotationOptions } from "./capture/file/rotation.js";
export { type AwaitReaderOptions, awaitReader } from "./capture/file/write/await-reader.js";
export type { CaptureWriter } from "./capture/file/write/capture-writer.js";
export type { FileIdentity, OutputOptions } from "./capture/file/write/open-output.js";
export { type CaptureWriterOptions, openCaptureWriter } from "./capture/file/write/open-writer.js";
export type { PcapWriter } from "./capture/file/write/pcap-writer.js";
export type { PcapngWriter } from "./capture/file/write/pcapng-writer.js";
export type { FileOwner } from "./capture/file/write/planted.js";
export { type LiveCapture, openCapture } from "./capture/live/capture.js";
export {
  ALL_INTERFACES,
  captureInterfaces,
  defaultCaptureInterface,
  isCaptureInterface,
  linkTypeOfInterface,
  linkTypesOfInterface,
} from "./capture/live/choose-interface.js";
export { type CaptureDevice, type Connection, captureDevices } from "./capture/live/devices.js";
export { ANY_INTERFACE, type CapturedInterface } from "./capture/live/live-interface.js";
export { type CaptureOptions, DEFAULT_SNAP_LENGTH, type InterfaceEvent } from "./capture/live/options.js";
export type { RingBatch } from "./capture/live/ring-batch.js";
export { type PackedRecords, packRecords } from "./capture/live/ring-to-pcap.js";
export type { Direction } from "./capture/live/socket-filter.js";
export type {
  CaptureStatistics,
  InterfaceCounts,
  PacketClasses,
  PacketCounts,
} from "./capture/live/statistics.js";
export { type CaptureInterface, isoTime, type Packet, type PacketBatch } from "./capture/packet.js";
export type { BatchSource, PacketSource } from "./capture/packet-source.js";
export type { PrintOptions } from "./capture/print/options.js";
export {
  createLinePrinter,
  type LinePrinterOptions,
  type PacketLines,
} from "./capture/print/packet-lines.js";
export { canPrint } from "./capture/print/printer.js";
export { type PacketSink, Pump, type PumpOptions } from "./capture/pump.js";
export { sendFrame } from "./capture/send.js";

// Detection: decoys, load, poisoning, scans.
export { dnsDecoy } from "./detect/decoy/dns/dns-decoy.js";
export type {
  Asker,
  DnsDecoyBegin,
  DnsDecoyEnd,
  DnsDecoyEvent,
  DnsDecoyQuery,
  DnsDecoyResult,
  DnsDecoySlot,
} from "./detect/decoy/dns/event.js";
export { type DnsDecoyOptions, type DnsDecoyTarget, describeDnsDecoy } from "./detect/decoy/dns/options.js";
export { decoyLogin } from "./detect/decoy/login/decoy-login.js";
export type {
  DecoyLoginAttempt,
  DecoyLoginBegin,
  DecoyLoginEnd,
  DecoyLoginEvent,
  DecoyLoginSent,
  DecoyLoginUse,
} from "./detect/decoy/login/event.js";
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
export { readBaseline, writeBaseline } from "./detect/scan/baseline/baseline-file.js";
export {
  type ChangeKind,
  type ComparedReport,
  compareWithBaseline,
  type HostChange,
} from "./detect/scan/baseline/compare.js";
export type { ProbeKind, ProbeRole } from "./detect/scan/probe/probe.js";
export { addEvidence, type HostReport } from "./detect/scan/report.js";
export { type ScanOptions, scan } from "./detect/scan/scan.js";
export type { ScanProgress } from "./detect/scan/scan-run.js";
export type {
  DeviceEvidence,
  HostEvidence,
  LocalDevice,
  ProbeOutcome,
} from "./detect/scan/verdict/evidence.js";
export { type PublishedVerdict, publishedVerdicts } from "./detect/scan/verdict/published.js";
export { type Judgement, judge, type Verdict } from "./detect/scan/verdict/verdict.js";

// Errors.
export {
  type Errno,
  PromiscError,
  type PromiscErrorCode,
  type PromiscErrorDetails,
  type RefusedAttribute,
  usageError,
} from "./errors.js";

// The lab: a LAN on one machine.
export { type ExperimentOptions, type ExperimentStep, experiment, type Typed } from "./lab/experiment.js";
export type { LabHost } from "./lab/host.js";
export { createLan, type Lan, type LanOptions, MOST_LAN_HOSTS } from "./lab/lan.js";
export { type NicKind, nicKindOf } from "./lab/nic/models.js";
export type { FrameClass } from "./lab/nic/nic.js";
export type { FrameCounts } from "./lab/port.js";
export { createRoom, hostsOfRoom, isInRoom, type Room, type RoomOptions, spawnFromRoom } from "./lab/room.js";

// The machine: accounts and privileges, processes, files, the journal, filters.
export type { Account } from "./linux/account/account.js";
export { findAccount } from "./linux/account/find-account.js";
export type { UserKey } from "./linux/account/name-service.js";
export type { Facility } from "./linux/facility/facility.js";
export type { Capability } from "./linux/ffi/errno.js";
export { replaceFile } from "./linux/file/replace-file.js";
export { STANDARD_OUTPUT, standardOutputPipe } from "./linux/file/standard-output-pipe.js";
export { writeAll } from "./linux/file/write-all.js";
export { type CompileOptions, compileFilter } from "./linux/filter/compile-filter.js";
export type { ModeRecord } from "./linux/kernel-log/read-mode-log.js";
export { runInUserNamespace } from "./linux/namespace/run-in-user-namespace.js";
export type {
  InterfaceCondition,
  NetfilterListener,
  PassingAction,
} from "./linux/netfilter/netfilter-listener.js";
export type { NetfilterReader } from "./linux/netfilter/readers.js";
export {
  planRelinquishment,
  type Relinquishment,
  type RelinquishOptions,
  relinquishPrivileges,
} from "./linux/privilege/relinquish-privileges.js";
export type { Container, ControlGroup } from "./linux/process/control-group.js";
export type { ParentProcess, ProcessDetails, ProcessStart } from "./linux/process/process-details.js";
export { SignalRelay } from "./linux/process/signal-relay.js";
export { encodeJournalEntry, JournalSocket } from "./linux/socket/journal-socket.js";

// Promiscuous mode: reading, setting, holding, holders, policy, watching.
export { type CommandDiagnosis, type Diagnosis, diagnose } from "./promiscuity/doctor.js";
export { type HoldOptions, holdPromiscuous, type PromiscuousHold } from "./promiscuity/hold.js";
export type { Blindness } from "./promiscuity/holders/accounting.js";
export type {
  DeviceFacts,
  DeviceHolder,
  FlagHolder,
  FlagLog,
  HiddenHolder,
  Holder,
  SocketFacts,
  SocketHolder,
  UnexplainedHolder,
  UnicastAddressesHolder,
} from "./promiscuity/holders/holder.js";
export { addKernelLog } from "./promiscuity/holders/kernel-log.js";
export type { NamespaceFacts } from "./promiscuity/holders/namespace-facts.js";
export { processName } from "./promiscuity/holders/process-name.js";
export { type ReadPromiscuityOptions, readPromiscuity } from "./promiscuity/holders/read.js";
export type {
  CapturingSocket,
  IncompleteSight,
  InterfaceHolders,
  PromiscuityReport,
} from "./promiscuity/holders/report.js";
export { selectInterfaces, selectNamespace } from "./promiscuity/holders/select.js";
export type { InterfaceAddress, InterfaceState } from "./promiscuity/interface-state.js";
export type {
  ClassicFilter,
  FanoutFacts,
  Listener,
  ListenerFilter,
  ListenerParts,
  MirrorListener,
  MirrorTarget,
  NamespaceProgramListener,
  NetfilterProgramListener,
  NetfilterRule,
  NflogListener,
  NfqueueListener,
  NotLookedAt,
  PacketSocketListener,
  ProgramFacts,
  RawSocketListener,
  ReaderFacts,
  RingFacts,
  SampleListener,
  TapReaderListener,
  TcProgramListener,
  TcxProgramListener,
  TrafficFilterFacts,
  XdpProgramListener,
  XdpSocketListener,
} from "./promiscuity/listeners/listener.js";
export {
  type ListenersReport,
  type ReadListenersOptions,
  readListeners,
} from "./promiscuity/listeners/read.js";
export {
  explainPolicy,
  type FailedCondition,
  type Grounds,
  type HolderExplanation,
  type ListenerExplanation,
  type NearestRule,
  type PolicyExplanation,
  type RuleUse,
} from "./promiscuity/policy/explain.js";
export {
  type CheckPolicyOptions,
  checkChange,
  checkListener,
  checkPolicy,
  type ExpiredRuleFinding,
  type Finding,
  type HiddenFinding,
  type HolderFinding,
  type IncompleteFinding,
  type ListenerFinding,
} from "./promiscuity/policy/findings.js";
export { hiddenIn } from "./promiscuity/policy/judged-listeners.js";
export { listenerKinds } from "./promiscuity/policy/kinds.js";
export type { ConditionKey } from "./promiscuity/policy/match.js";
export { type ParsePolicyOptions, type PolicyWarning, parsePolicy } from "./promiscuity/policy/parse.js";
export {
  defaultPolicy,
  type Expiry,
  type Policy,
  type Rule,
  type RuleKind,
} from "./promiscuity/policy/policy.js";
export type { Promiscuity, PromiscuityChange } from "./promiscuity/promiscuity.js";
export { readInterface, readInterfaces } from "./promiscuity/read.js";
export { anyReasonOf, reasonOf } from "./promiscuity/reason.js";
export { type CommandEnd, type RunOptions, runPromiscuous } from "./promiscuity/run.js";
export { type SetOptions, type SetVia, setPromiscuous } from "./promiscuity/set.js";
export type {
  Attribution,
  ChangeEvent,
  ListenerEvent,
  LossEvent,
  NotLookedAtEvent,
  RenameEvent,
  ReportedEvent,
  SightEvent,
  UnreportedListenersEvent,
  UnwatchedEvent,
  WatchEvent,
  WatchedListeners,
  WatchStart,
} from "./promiscuity/watch/event.js";
export { type WatchOptions, watchPromiscuity } from "./promiscuity/watch/watch.js";

// Formats: names, capture files, filter programs.
export { encodeString } from "./wire/bytes.js";
export * as linkType from "./wire/file/linktype.js";
export type { Block } from "./wire/file/pcapng/block.js";
export type {
  InterfaceDescription,
  InterfaceDescriptionOptions,
} from "./wire/file/pcapng/interface-description.js";
export type {
  InterfaceStatistics,
  InterfaceStatisticsOptions,
} from "./wire/file/pcapng/interface-statistics.js";
export type { UnknownOption } from "./wire/file/pcapng/options.js";
export type { SectionHeaderOptions } from "./wire/file/pcapng/section-header.js";
export { type DecompiledFilter, type DecompileOptions, decompileFilter } from "./wire/filter/decompile.js";
export { describePayloadConstant, type PayloadConstant, type PayloadOf } from "./wire/filter/payload.js";
export type { Instruction } from "./wire/kernel/bpf/classic.js";
export { disassemble, disassembleToC, disassembleToNumbers } from "./wire/kernel/bpf/disassemble.js";
export { PacketFilter } from "./wire/kernel/bpf/run.js";
export type { XdpMode } from "./wire/kernel/rtnetlink/xdp.js";
export type { PacketSocketRing } from "./wire/kernel/sock-diag/packet.js";

// Codecs for those who make frames, and for those who read them where they lie: each has its numbers, field offsets, readers
// of single fields that allocate nothing, a reader, a writer and a size.
export * as dhcp from "./wire/packet/application/dhcp.js";
export * as dhcpOption from "./wire/packet/application/dhcp-option.js";
export * as dhcp6 from "./wire/packet/application/dhcp6.js";
export * as dhcp6Option from "./wire/packet/application/dhcp6-option.js";
export * as dns from "./wire/packet/application/dns.js";
export * as dnsRecord from "./wire/packet/application/dns-rdata.js";
export { type DissectOptions, dissect } from "./wire/packet/dissect/dissect.js";
export type {
  About,
  Checked,
  ChecksumStatus,
  DataLayer,
  Layer,
  MalformedLayer,
  Protocol,
  ProtocolLayer,
  Protocols,
  TrailerLayer,
  TruncatedLayer,
} from "./wire/packet/dissect/layer.js";
export { type JsonValue, layersToJson } from "./wire/packet/dissect/to-json.js";
export * as bsdLoopback from "./wire/packet/link/bsd-loopback.js";
export * as ethernet from "./wire/packet/link/ethernet.js";
export * as llc from "./wire/packet/link/llc.js";
export * as lldp from "./wire/packet/link/lldp.js";
export * as sll from "./wire/packet/link/sll.js";
export * as sll2 from "./wire/packet/link/sll2.js";
export * as stp from "./wire/packet/link/stp.js";
export * as vlan from "./wire/packet/link/vlan.js";
export * as arp from "./wire/packet/network/arp.js";
export * as groupMembership from "./wire/packet/network/group-membership.js";
export * as icmp from "./wire/packet/network/icmp.js";
export * as icmp6 from "./wire/packet/network/icmp6/icmp6.js";
export * as ndOption from "./wire/packet/network/icmp6/nd-option.js";
export * as neighbourDiscovery from "./wire/packet/network/icmp6/neighbour-discovery.js";
export * as igmp from "./wire/packet/network/igmp.js";
export * as internetChecksum from "./wire/packet/network/internet-checksum.js";
export * as ipsec from "./wire/packet/network/ipsec.js";
export * as ipv4 from "./wire/packet/network/ipv4.js";
export * as ipv4Option from "./wire/packet/network/ipv4-option.js";
export * as ipv6 from "./wire/packet/network/ipv6.js";
export * as ipv6Fragment from "./wire/packet/network/ipv6-fragment.js";
export * as ipv6Options from "./wire/packet/network/ipv6-options.js";
export * as ipv6Routing from "./wire/packet/network/ipv6-routing.js";
export * as tcp from "./wire/packet/transport/tcp.js";
export * as tcpOption from "./wire/packet/transport/tcp-option.js";
export * as udp from "./wire/packet/transport/udp.js";
