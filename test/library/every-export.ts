// Uses everything that the package exports, each value once and each type once. The test of the package compiles it as a
// program of a user's, with the package's name instead of src/index.js, and runs it where v0 and v1 are a pair of virtual
// interfaces that are up, and v0 has the address 10.9.0.1.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {
  About,
  Account,
  Asker,
  Attribution,
  AwaitReaderOptions,
  Baseline,
  BaselineHost,
  BatchSource,
  Blindness,
  Block,
  Capability,
  CaptureDevice,
  CapturedInterface,
  CaptureInterface,
  CaptureOptions,
  CaptureReader,
  CaptureStatistics,
  CaptureWriter,
  CaptureWriterOptions,
  CapturingSocket,
  ChangeEvent,
  ChangeKind,
  Checked,
  CheckPolicyOptions,
  ChecksumStatus,
  ClassicFilter,
  CommandDiagnosis,
  CommandEnd,
  ComparedReport,
  Comparison,
  CompileOptions,
  ConditionKey,
  Connection,
  Container,
  ControlGroup,
  CopyOptions,
  DataLayer,
  DecompiledFilter,
  DecompileOptions,
  DecoyLoginAttempt,
  DecoyLoginBegin,
  DecoyLoginEnd,
  DecoyLoginEvent,
  DecoyLoginOptions,
  DecoyLoginSent,
  DecoyLoginUse,
  DeviceEvidence,
  DeviceFacts,
  DeviceHolder,
  Diagnosis,
  Direction,
  DissectOptions,
  Distribution,
  DnsDecoyBegin,
  DnsDecoyEnd,
  DnsDecoyEvent,
  DnsDecoyOptions,
  DnsDecoyQuery,
  DnsDecoyResult,
  DnsDecoySlot,
  DnsDecoyTarget,
  Errno,
  ExperimentOptions,
  ExperimentStep,
  ExpiredRuleFinding,
  Expiry,
  Facility,
  FailedCondition,
  FanoutFacts,
  FileBatch,
  FileIdentity,
  FileInterface,
  FileOwner,
  FileSinkOptions,
  Finding,
  FlagHolder,
  FlagLog,
  FrameClass,
  FrameCounts,
  Grounds,
  HeardEvent,
  HiddenFinding,
  HiddenHolder,
  Holder,
  HolderExplanation,
  HolderFinding,
  HoldOptions,
  HostChange,
  HostEvidence,
  HostReport,
  IncompleteFinding,
  IncompleteSight,
  Instruction,
  InterfaceAddress,
  InterfaceCondition,
  InterfaceCounts,
  InterfaceDescription,
  InterfaceDescriptionOptions,
  InterfaceEvent,
  InterfaceHolders,
  InterfaceState,
  InterfaceStatistics,
  InterfaceStatisticsOptions,
  JsonValue,
  Judgement,
  LabHost,
  Lan,
  LanOptions,
  Layer,
  LinePrinterOptions,
  Listener,
  ListenerEvent,
  ListenerExplanation,
  ListenerFilter,
  ListenerFinding,
  ListenerParts,
  ListenersReport,
  ListenOptions,
  ListenStart,
  LiveCapture,
  LoadEvent,
  LoadOptions,
  LoadPlan,
  LoadProgress,
  LoadResult,
  LoadSample,
  LoadStart,
  LoadTarget,
  LoadTargetResult,
  LoadVerdict,
  LocalDevice,
  LossEvent,
  MalformedLayer,
  Measure,
  MirrorListener,
  MirrorTarget,
  ModeRecord,
  NamespaceFacts,
  NamespaceProgramListener,
  NearestRule,
  NetfilterListener,
  NetfilterProgramListener,
  NetfilterReader,
  NetfilterRule,
  NflogListener,
  NfqueueListener,
  NicKind,
  NotLookedAt,
  NotLookedAtEvent,
  OutputOptions,
  PackedRecords,
  Packet,
  PacketBatch,
  PacketClasses,
  PacketCounts,
  PacketLines,
  PacketSink,
  PacketSocketListener,
  PacketSocketRing,
  PacketSource,
  ParentProcess,
  ParsePolicyOptions,
  PassingAction,
  PayloadConstant,
  PayloadOf,
  PcapngWriter,
  PcapWriter,
  PoisoningDown,
  PoisoningEvent,
  PoisoningFinding,
  PoisoningKind,
  PoisoningLoss,
  Policy,
  PolicyExplanation,
  PolicyWarning,
  PrintOptions,
  ProbeKind,
  ProbeOutcome,
  ProbeRole,
  ProcessDetails,
  ProcessStart,
  ProgramFacts,
  PromiscErrorCode,
  PromiscErrorDetails,
  Promiscuity,
  PromiscuityChange,
  PromiscuityReport,
  PromiscuousHold,
  Protocol,
  ProtocolLayer,
  Protocols,
  PublishedVerdict,
  PumpOptions,
  RawSocketListener,
  ReadCaptureOptions,
  ReaderFacts,
  ReadListenersOptions,
  ReadPromiscuityOptions,
  RefusedAttribute,
  Relinquishment,
  RelinquishOptions,
  RenameEvent,
  ReportedEvent,
  RingBatch,
  RingFacts,
  Room,
  RoomOptions,
  Rotation,
  RotationOptions,
  Rule,
  RuleKind,
  RuleUse,
  RunOptions,
  SampleListener,
  ScanOptions,
  ScanProgress,
  SectionHeaderOptions,
  SetOptions,
  SetVia,
  SightEvent,
  SocketFacts,
  SocketHolder,
  TapReaderListener,
  TcProgramListener,
  TcxProgramListener,
  TrafficFilterFacts,
  TrailerLayer,
  TruncatedLayer,
  Typed,
  UnexplainedHolder,
  UnicastAddressesHolder,
  UnknownOption,
  UnreportedListenersEvent,
  UnwatchedEvent,
  UserKey,
  Verdict,
  WatchEvent,
  WatchedListeners,
  WatchOptions,
  WatchStart,
  XdpMode,
  XdpProgramListener,
  XdpSocketListener,
} from "../../src/index.js";
import * as promisc from "../../src/index.js";

/** Names every type. */
export type EveryType = [
  About,
  Account,
  Asker,
  Attribution,
  AwaitReaderOptions,
  Baseline,
  BaselineHost,
  BatchSource,
  Blindness,
  Block,
  Capability,
  CaptureDevice,
  CapturedInterface,
  CaptureInterface,
  CaptureOptions,
  CaptureReader,
  CaptureStatistics,
  CaptureWriter,
  CaptureWriterOptions,
  CapturingSocket,
  ChangeEvent,
  ChangeKind,
  Checked,
  CheckPolicyOptions,
  ChecksumStatus,
  ClassicFilter,
  CommandDiagnosis,
  CommandEnd,
  ComparedReport,
  Comparison,
  CompileOptions,
  ConditionKey,
  Connection,
  Container,
  ControlGroup,
  CopyOptions,
  DataLayer,
  DecompiledFilter,
  DecompileOptions,
  DecoyLoginAttempt,
  DecoyLoginBegin,
  DecoyLoginEnd,
  DecoyLoginEvent,
  DecoyLoginOptions,
  DecoyLoginSent,
  DecoyLoginUse,
  DeviceEvidence,
  DeviceFacts,
  DeviceHolder,
  Diagnosis,
  Direction,
  DissectOptions,
  Distribution,
  DnsDecoyBegin,
  DnsDecoyEnd,
  DnsDecoyEvent,
  DnsDecoyOptions,
  DnsDecoyQuery,
  DnsDecoyResult,
  DnsDecoySlot,
  DnsDecoyTarget,
  Errno,
  ExperimentOptions,
  ExperimentStep,
  ExpiredRuleFinding,
  Expiry,
  Facility,
  FailedCondition,
  FanoutFacts,
  FileBatch,
  FileIdentity,
  FileInterface,
  FileOwner,
  FileSinkOptions,
  Finding,
  FlagHolder,
  FlagLog,
  FrameClass,
  FrameCounts,
  Grounds,
  HeardEvent,
  HiddenFinding,
  HiddenHolder,
  Holder,
  HolderExplanation,
  HolderFinding,
  HoldOptions,
  HostChange,
  HostEvidence,
  HostReport,
  IncompleteFinding,
  IncompleteSight,
  Instruction,
  InterfaceAddress,
  InterfaceCondition,
  InterfaceCounts,
  InterfaceDescription,
  InterfaceDescriptionOptions,
  InterfaceEvent,
  InterfaceHolders,
  InterfaceState,
  InterfaceStatistics,
  InterfaceStatisticsOptions,
  JsonValue,
  Judgement,
  LabHost,
  Lan,
  LanOptions,
  Layer,
  LinePrinterOptions,
  Listener,
  ListenerEvent,
  ListenerExplanation,
  ListenerFilter,
  ListenerFinding,
  ListenerParts,
  ListenersReport,
  ListenOptions,
  ListenStart,
  LiveCapture,
  LoadEvent,
  LoadOptions,
  LoadPlan,
  LoadProgress,
  LoadResult,
  LoadSample,
  LoadStart,
  LoadTarget,
  LoadTargetResult,
  LoadVerdict,
  LocalDevice,
  LossEvent,
  MalformedLayer,
  Measure,
  MirrorListener,
  MirrorTarget,
  ModeRecord,
  NamespaceFacts,
  NamespaceProgramListener,
  NearestRule,
  NetfilterListener,
  NetfilterProgramListener,
  NetfilterReader,
  NetfilterRule,
  NflogListener,
  NfqueueListener,
  NicKind,
  NotLookedAt,
  NotLookedAtEvent,
  OutputOptions,
  PackedRecords,
  Packet,
  PacketBatch,
  PacketClasses,
  PacketCounts,
  PacketLines,
  PacketSink,
  PacketSocketListener,
  PacketSocketRing,
  PacketSource,
  ParentProcess,
  ParsePolicyOptions,
  PassingAction,
  PayloadConstant,
  PayloadOf,
  PcapngWriter,
  PcapWriter,
  PoisoningDown,
  PoisoningEvent,
  PoisoningFinding,
  PoisoningKind,
  PoisoningLoss,
  Policy,
  PolicyExplanation,
  PolicyWarning,
  PrintOptions,
  ProbeKind,
  ProbeOutcome,
  ProbeRole,
  ProcessDetails,
  ProcessStart,
  ProgramFacts,
  PromiscErrorCode,
  PromiscErrorDetails,
  Promiscuity,
  PromiscuityChange,
  PromiscuityReport,
  PromiscuousHold,
  Protocol,
  ProtocolLayer,
  Protocols,
  PublishedVerdict,
  PumpOptions,
  RawSocketListener,
  ReadCaptureOptions,
  ReaderFacts,
  ReadListenersOptions,
  ReadPromiscuityOptions,
  RefusedAttribute,
  Relinquishment,
  RelinquishOptions,
  RenameEvent,
  ReportedEvent,
  RingBatch,
  RingFacts,
  Room,
  RoomOptions,
  Rotation,
  RotationOptions,
  Rule,
  RuleKind,
  RuleUse,
  RunOptions,
  SampleListener,
  ScanOptions,
  ScanProgress,
  SectionHeaderOptions,
  SetOptions,
  SetVia,
  SightEvent,
  SocketFacts,
  SocketHolder,
  TapReaderListener,
  TcProgramListener,
  TcxProgramListener,
  TrafficFilterFacts,
  TrailerLayer,
  TruncatedLayer,
  Typed,
  UnexplainedHolder,
  UnicastAddressesHolder,
  UnknownOption,
  UnreportedListenersEvent,
  UnwatchedEvent,
  UserKey,
  Verdict,
  WatchedListeners,
  WatchEvent,
  WatchOptions,
  WatchStart,
  XdpMode,
  XdpProgramListener,
  XdpSocketListener,
];

/** A program for the kernel and for PacketFilter: all packets, whole. */
const everything: readonly Instruction[] = [{ code: 6, jt: 0, jf: 0, k: 262_144 }];

const folder = mkdtempSync(join(tmpdir(), "promisc-user-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

/** An ARP request in an Ethernet frame. */
function arpFrame(): Uint8Array {
  const frame = new Uint8Array(60);
  const { writeEthernet, ETH_P_ARP } = { ...promisc.ethernet, ETH_P_ARP: 0x0806 };
  const at = writeEthernet(
    { destination: "ff:ff:ff:ff:ff:ff", source: "02:00:00:00:00:01", etherType: ETH_P_ARP },
    frame,
  );
  frame.set([0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 10, 9, 0, 1, 0, 0, 0, 0, 0, 0, 10, 9, 0, 2], at);
  return frame;
}

/** A packet of a capture file. */
function packetOf(bytes: Uint8Array): Packet {
  const { length } = bytes;
  return {
    bytes,
    start: 0,
    capturedLength: length,
    length,
    seconds: 1_700_000_000,
    nanoseconds: 1,
    interfaceId: 0,
    packetType: -1,
  };
}

const eth0: CaptureInterface = { name: "eth0", linkType: 1, snapLength: 262_144 };

/** Writes a capture file of one packet. */
function written(name: string): string {
  const path = join(folder, name);
  using writer: CaptureWriter = promisc.openCaptureWriter(path);
  writer.addInterface(eth0);
  writer.writePacket(packetOf(arpFrame()));
  return path;
}

/** Captures on v1 what v0 sends meanwhile: one frame. */
async function captured(use: (batch: RingBatch) => void): Promise<void> {
  using capture: LiveCapture = promisc.openCapture("v1", { filter: everything, immediate: true });
  promisc.sendFrame("v0", arpFrame());
  setTimeout(() => capture.stop(), 200);
  await capture.eachBatch(use);
}

/** Whether an action fails with a PromiscError of one of these codes, or doesn't fail. */
async function failsOnlyAs(codes: readonly PromiscErrorCode[], action: () => unknown): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    if (error instanceof promisc.PromiscError && codes.includes(error.code)) return true;
    throw error;
  }
}

/** Whether an action fails with a PromiscError of this code. */
async function failsAs(code: PromiscErrorCode, action: () => unknown): Promise<boolean> {
  await assert.rejects(async () => await action(), { name: "PromiscError", code });
  return true;
}

const aborted = AbortSignal.abort();
const probe: ProbeOutcome = {
  kind: "arp",
  role: "control",
  destination: "ff:ff:ff:ff:ff:ff",
  sent: 1,
  answered: 1,
  outcome: "answered",
};
const evidence: HostEvidence = { probes: [probe], device: { origin: "local" }, contested: false, lost: 0 };
const hostReport = (): HostReport => ({
  ...evidence,
  ...promisc.judge(evidence),
  host: "10.9.0.2",
  mac: "02:00:00:00:00:02",
  ifname: "v0",
});
const targets: readonly DnsDecoyTarget[] = [{ host: "10.9.0.2", mac: "02:00:00:00:00:02" }];
const baselineOfOne = (): Baseline =>
  promisc.updateBaseline(promisc.emptyBaseline, [hostReport()], new Date());

/** A use of each value, which returns whether it did what it should. */
const uses: { readonly [Name in keyof typeof promisc]: () => unknown } = {
  // Captures.
  ALL_INTERFACES: () => promisc.isCaptureInterface(promisc.ALL_INTERFACES),
  ANY_INTERFACE: () => promisc.isCaptureInterface(promisc.ANY_INTERFACE),
  DEFAULT_SNAP_LENGTH: () => promisc.DEFAULT_SNAP_LENGTH === 262_144,
  Pump: async () => {
    const taken: number[] = [];
    const sink: PacketSink = { take: ({ length }) => taken.push(length) > 0, flush() {}, end() {} };
    const source = await promisc.readCapture(written("pumped.pcap"));
    return (await new promisc.Pump(source, [sink], { count: 9 }).run()) === 1 && taken[0] === 60;
  },
  awaitReader: async () => (await promisc.awaitReader(join(folder, "no-pipe"))) === undefined,
  canPrint: () => promisc.canPrint(1) && !promisc.canPrint(143),
  captureDevices: () =>
    promisc
      .captureDevices()
      .some(({ name, up, connection }) => name === "v0" && up && connection === "connected"),
  captureInterfaces: () => promisc.captureInterfaces().includes("v0"),
  copyCapture: async () => {
    using writer = promisc.openCaptureWriter(join(folder, "copy.pcap"));
    return (await promisc.copyCapture(await promisc.readCapture(written("original.pcapng")), writer)) === 1;
  },
  createLinePrinter: () => {
    const lines: PacketLines = promisc.createLinePrinter([eth0], { time: "none" });
    lines.print(packetOf(arpFrame()));
    return /^ARP, Request who-has 10\.9\.0\.2 tell 10\.9\.0\.1/.test(Buffer.from(lines.written()).toString());
  },
  defaultCaptureInterface: () => promisc.captureInterfaces().includes(promisc.defaultCaptureInterface()),
  isCaptureInterface: () => !promisc.isCaptureInterface("nosuch"),
  isoTime: () => promisc.isoTime(packetOf(arpFrame())) === "2023-11-14T22:13:20.000000001Z",
  linkTypeOfInterface: () => promisc.linkTypeOfInterface("v0") === 1,
  linkTypesOfInterface: () => promisc.linkTypesOfInterface("any").join() === "113,276",
  openCapture: async () => {
    let count = 0;
    await captured((batch) => {
      while (batch.next()) count++;
    });
    return count > 0;
  },
  openCaptureWriter: () => readFileSync(written("new.pcap")).length === 24 + 16 + 60,
  openFileSink: async () => {
    const sink = promisc.openFileSink(join(folder, "sink.pcapng"));
    await new promisc.Pump(await promisc.readCapture(written("source.pcap")), [sink]).run();
    return readFileSync(join(folder, "sink.pcapng")).includes(Buffer.from(arpFrame()));
  },
  openRotation: () => promisc.openRotation("a.pcap", { size: 1000 })?.path === "a.pcap",
  packRecords: async () => {
    const records: PackedRecords = { start: 0, end: 0, packets: 0 };
    let packed = 0;
    await captured((batch) => {
      while (promisc.packRecords(batch, "nanoseconds", records)) packed += records.packets;
    });
    return packed > 0;
  },
  parseFileSize: () => promisc.parseFileSize("1k") === 1024,
  readCapture: async () => {
    const reader: CaptureReader = await promisc.readCapture(written("read.pcap"));
    let length = 0;
    await reader.each((packet) => {
      length += packet.capturedLength;
    });
    return reader.format === "pcap" && length === 60;
  },
  sendFrame: () => promisc.sendFrame("v0", arpFrame()) === undefined,

  // Detection.
  addEvidence: () => promisc.addEvidence(hostReport(), { login: { times: 1 } }).login?.times === 1,
  compareWithBaseline: () => promisc.compareWithBaseline(baselineOfOne(), [hostReport()]).length === 1,
  decoyLogin: () =>
    failsAs("usage", () => promisc.decoyLogin({ interface: "v0", rounds: 0, signal: aborted }).next()),
  describeDecoyLogin: () => promisc.describeDecoyLogin({ interface: "v0" }).length > 0,
  describeDnsDecoy: () => promisc.describeDnsDecoy({ interface: "v0", targets }).length > 0,
  describeLoad: () => promisc.describeLoad({ interface: "v0", targets: [...targets] }) !== undefined,
  dnsDecoy: () => failsAs("usage", () => promisc.dnsDecoy({ interface: "v0", targets: [] }).next()),
  emptyBaseline: () => promisc.emptyBaseline.hosts.length === 0,
  judge: () => promisc.judge(evidence).verdict !== undefined,
  listenForPoisoning: async () => {
    for await (const event of promisc.listenForPoisoning({ interface: "v0", signal: aborted }))
      assert.equal(typeof event.event, "string");
    return true;
  },
  loadTest: () => failsAs("usage", () => promisc.loadTest({ interface: "v0", targets: [] }).next()),
  parseBaseline: () => failsAs("malformed", () => promisc.parseBaseline("{", "text")),
  publishedVerdicts: () => Array.isArray(promisc.publishedVerdicts([probe])),
  readBaseline: () => promisc.readBaseline(join(folder, "no-baseline")).hosts.length === 0,
  scan: async () => {
    const reports = promisc.scan({ interface: "v0", targets: ["10.9.0.2"], signal: aborted });
    for await (const report of reports) assert.fail(JSON.stringify(report));
    return true;
  },
  updateBaseline: () => baselineOfOne().hosts.length === 1,
  writeBaseline: () => {
    const path = join(folder, "baseline");
    promisc.writeBaseline(path, baselineOfOne());
    return promisc.readBaseline(path).hosts[0]?.host === "10.9.0.2";
  },

  // Errors.
  PromiscError: () => new promisc.PromiscError({ code: "usage", operation: "try" }).operation === "try",
  usageError: () => promisc.usageError("try", "it is wrong").message === "cannot try: it is wrong",

  // The lab.
  MOST_LAN_HOSTS: () => failsAs("usage", () => promisc.createLan({ hosts: promisc.MOST_LAN_HOSTS + 1 })),
  createRoom: () => typeof promisc.createRoom === "function",
  createLan: () =>
    failsOnlyAs(["privilege", "platform"], () => {
      using lan: Lan = promisc.createLan({ hosts: 2 });
      assert.equal(lan.hosts.length, 2);
    }),
  experiment: async () => {
    const options: ExperimentOptions = { isSwitched: false, hasFilter: true, promisc: ["promisc"] };
    const steps = promisc.experiment({} as Lan, options);
    return (await steps.return(undefined)).done;
  },
  hostsOfRoom: () => promisc.isInRoom() || typeof promisc.hostsOfRoom === "function",
  isInRoom: () => !promisc.isInRoom(),
  nicKindOf: () =>
    promisc.nicKindOf("hash64") === "hash64" && failsAs("usage", () => promisc.nicKindOf("no")),
  spawnFromRoom: async () => {
    const [status] = await once(promisc.spawnFromRoom("nosuch", ["true"], "ignore"), "exit");
    return status !== 0;
  },

  // The machine.
  JournalSocket: () => {
    using journal = new promisc.JournalSocket();
    return typeof journal.send === "function";
  },
  STANDARD_OUTPUT: () => promisc.STANDARD_OUTPUT === 1,
  SignalRelay: async () => {
    let got: NodeJS.Signals | undefined;
    using _relay = new promisc.SignalRelay(["SIGUSR2"], (signal) => {
      got = signal;
    });
    process.kill(process.pid, "SIGUSR2");
    await new Promise((resolve) => setTimeout(resolve, 100));
    return got === "SIGUSR2";
  },
  compileFilter: () =>
    failsOnlyAs(["platform"], () => {
      const program = promisc.compileFilter("arp", { linkType: 1 });
      assert.ok(new promisc.PacketFilter(program).run(arpFrame(), 0, 60, 60) > 0);
    }),
  encodeJournalEntry: () =>
    Buffer.from(promisc.encodeJournalEntry({ MESSAGE: "a" })).toString() === "MESSAGE=a\n",
  findAccount: () => promisc.findAccount("root")?.uid === 0,
  planRelinquishment: () => promisc.planRelinquishment(promisc.findAccount(process.getuid?.() ?? 0)),
  relinquishPrivileges: () => promisc.relinquishPrivileges({}) === undefined,
  replaceFile: () => {
    promisc.replaceFile(join(folder, "result"), "new");
    return readFileSync(join(folder, "result"), "utf8") === "new";
  },
  runInUserNamespace: () =>
    failsOnlyAs(["privilege"], () => promisc.runInUserNamespace([process.execPath, "--version"], "try it")),
  standardOutputPipe: () => promisc.standardOutputPipe() !== promisc.STANDARD_OUTPUT,
  writeAll: () => promisc.writeAll(1, "") === undefined,

  // Promiscuous mode.
  addKernelLog: () => promisc.addKernelLog(promisc.readPromiscuity()).interfaces.length > 0,
  anyReasonOf: () => promisc.anyReasonOf(promisc.usageError("try", "no")) === "cannot try: no",
  checkChange: () => typeof promisc.checkChange === "function",
  checkListener: () => typeof promisc.checkListener === "function",
  checkPolicy: () => Array.isArray(promisc.checkPolicy(promisc.readPromiscuity(), promisc.defaultPolicy)),
  defaultPolicy: () => typeof promisc.defaultPolicy === "object",
  diagnose: () => promisc.diagnose().commands.length > 0,
  explainPolicy: () =>
    promisc.explainPolicy(promisc.readPromiscuity(), promisc.defaultPolicy).rules.length === 0,
  hiddenIn: () => Array.isArray(promisc.hiddenIn(promisc.readPromiscuity(), promisc.defaultPolicy)),
  holdPromiscuous: () => {
    using hold = promisc.holdPromiscuous("v0");
    return hold.interfaces.length === 1 && promisc.readInterface("v0").promiscuity === 1;
  },
  listenerKinds: () => promisc.listenerKinds.includes("packet-socket"),
  parsePolicy: () => failsAs("usage", () => promisc.parsePolicy("[", "policy.yaml")),
  processName: () => promisc.processName({ comm: "cat", args: ["cat"], exe: "/usr/bin/cat" }) === "cat",
  readInterface: () => failsAs("no-interface", () => promisc.readInterface("nosuch")),
  readInterfaces: () => promisc.readInterfaces().some(({ ifname }) => ifname === "v0"),
  readListeners: () => {
    const { listeners, notLookedAt } = promisc.readListeners();
    return Array.isArray(listeners) && notLookedAt.some(({ why }) => why === "never");
  },
  readPromiscuity: () => promisc.readPromiscuity().interfaces.some(({ ifname }) => ifname === "v0"),
  reasonOf: () => promisc.reasonOf(promisc.usageError("try", "no")) === "cannot try: no",
  runPromiscuous: async () => {
    const end: CommandEnd = await promisc.runPromiscuous(["v0"], "sh", ["-c", "exit 3"]);
    return "status" in end && end.status === 3;
  },
  selectInterfaces: () => promisc.selectInterfaces(promisc.readPromiscuity(), ["v0"]).interfaces.length > 0,
  selectNamespace: () => promisc.selectNamespace(promisc.readPromiscuity(), "own").interfaces.length >= 2,
  setPromiscuous: () => {
    const change: PromiscuityChange = promisc.setPromiscuous("v0", true);
    const options: SetOptions = { via: "ioctl" };
    promisc.setPromiscuous("v0", false, options);
    return change.after.promiscuity === 1 && promisc.readInterface("v0").promiscuity === 0;
  },
  watchPromiscuity: async () => {
    for await (const event of promisc.watchPromiscuity({ trace: false, signal: AbortSignal.timeout(300) }))
      assert.equal(typeof event.event, "string");
    return true;
  },

  // Formats.
  PacketFilter: () => new promisc.PacketFilter(everything).run(arpFrame(), 0, 60, 60) > 0,
  decompileFilter: () => promisc.decompileFilter(everything, { linkType: 1 }).expression === "",
  describePayloadConstant: () =>
    promisc.describePayloadConstant({
      payloadOf: "udp",
      offset: 0,
      size: 2,
      mask: 0xffff,
      operator: "=",
      constant: 0x7255,
      isCalculated: false,
    }) === "UDP payload bytes 0-1 = 0x7255",
  disassemble: () => promisc.disassemble(everything)[0] === "(000) ret      #262144",
  disassembleToC: () => promisc.disassembleToC(everything)[0] === "{ 0x6, 0, 0, 0x00040000 },",
  disassembleToNumbers: () => promisc.disassembleToNumbers(everything).join() === "1,6 0 0 262144",
  encodeString: () => promisc.encodeString("v0\udcff").join() === "118,48,255",
  linkType: () => promisc.linkType.linkTypeName(promisc.linkType.LINKTYPE_ETHERNET) === "EN10MB",

  // Codecs and the dissector.
  arp: () => promisc.arp.operation(arpFrame(), 14) === 1,
  bsdLoopback: () => promisc.bsdLoopback.readBsdLoopback(Uint8Array.of(0, 0, 0, 2)) !== undefined,
  dhcp: () => promisc.dhcp.xid(new Uint8Array(240), 0) === 0,
  dhcp6: () => promisc.dhcp6.transactionId(Uint8Array.of(1, 0, 0, 7), 0) === 7,
  dhcp6Option: () => promisc.dhcp6Option.dhcp6OptionsSize([]) === 0,
  dhcpOption: () => promisc.dhcpOption.dataLength(Uint8Array.of(53, 1, 1), 0) === 1,
  dissect: () =>
    promisc
      .dissect(arpFrame(), 1)
      .map(({ protocol }) => protocol)
      .join()
      .startsWith("ethernet,arp"),
  dns: () => promisc.dns.id(Uint8Array.of(1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 0) === 258,
  dnsRecord: () => promisc.dnsRecord.srvPort(Uint8Array.of(0, 0, 0, 0, 0, 53, 0), 0) === 53,
  ethernet: () => promisc.ethernet.readEthernet(arpFrame()).source === "02:00:00:00:00:01",
  groupMembership: () => promisc.groupMembership.valueOfCode8(1) === 1,
  icmp: () => promisc.icmp.type(Uint8Array.of(8, 0, 0, 0), 0) === 8,
  icmp6: () => promisc.icmp6.type(Uint8Array.of(128, 0, 0, 0), 0) === 128,
  igmp: () => promisc.igmp.type(Uint8Array.of(0x11, 0, 0, 0), 0) === 0x11,
  internetChecksum: () => promisc.internetChecksum.internetChecksum(Uint8Array.of(0xff, 0xff), 0, 2) === 0,
  ipsec: () => promisc.ipsec.espSequenceNumber(Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 2), 0) === 2,
  ipv4: () => promisc.ipv4.version(Uint8Array.of(0x45), 0) === 4,
  ipv4Option: () => promisc.ipv4Option.ipv4OptionsSize([]) === 0,
  ipv6: () => promisc.ipv6.version(Uint8Array.of(0x60), 0) === 6,
  ipv6Fragment: () => promisc.ipv6Fragment.nextHeader(Uint8Array.of(17, 0, 0, 0, 0, 0, 0, 0), 0) === 17,
  ipv6Options: () => promisc.ipv6Options.nextHeader(Uint8Array.of(6, 0), 0) === 6,
  ipv6Routing: () => promisc.ipv6Routing.segmentsLeft(Uint8Array.of(6, 0, 0, 2), 0) === 2,
  layersToJson: () =>
    JSON.stringify(promisc.layersToJson(promisc.dissect(arpFrame(), 1))).includes("10.9.0.2"),
  llc: () => promisc.llc.dsap(Uint8Array.of(0x42, 0x42, 3), 0) === 0x42,
  lldp: () => promisc.lldp.tlvType(Uint8Array.of(2, 7), 0) === 1,
  ndOption: () => promisc.ndOption.type(Uint8Array.of(1, 1), 0) === 1,
  neighbourDiscovery: () => promisc.neighbourDiscovery.isNeighbourDiscovery(135),
  sll: () => promisc.sll.packetType(new Uint8Array(16), 0) === 0,
  sll2: () => promisc.sll2.interfaceIndex(new Uint8Array(20), 0) === 0,
  stp: () => promisc.stp.version(new Uint8Array(35), 0) === 0,
  tcp: () => promisc.tcp.sourcePort(Uint8Array.of(0, 80), 0) === 80,
  tcpOption: () => promisc.tcpOption.tcpOptionsSize([]) === 0,
  udp: () => promisc.udp.destinationPort(Uint8Array.of(0, 0, 0, 53), 0) === 53,
  vlan: () => promisc.vlan.vlanId(Uint8Array.of(0, 7, 8, 0), 0) === 7,
};

assert.deepEqual(Object.keys(uses).sort(), Object.keys(promisc).sort(), "each export is used once");
const failures: string[] = [];
for (const [name, use] of Object.entries(uses)) {
  try {
    if (!(await use())) failures.push(`${name}: not as it should be`);
  } catch (error) {
    failures.push(`${name}: ${error instanceof Error ? error.stack : error}`);
  }
}
process.stdout.write(`${[`${Object.keys(uses).length} exports`, ...failures].join("\n")}\n`);
