/** An option of tcpdump that `promisc capture` refuses. */
export interface RefusedOption {
  /** As Commander declares it: `-T <type>`. */
  readonly flags: string;
  /** Why it is refused, after the option: "-T …". */
  readonly reason: string;
  /** What to do instead. */
  readonly hint: string;
}

/** Returns the hint for options that need one of tcpdump's decoders. */
function inTcpdump(option: string): string {
  return `write the packets with -w FILE, and read them with tcpdump ${option} -r FILE`;
}

export const refusedOptions: readonly RefusedOption[] = [
  {
    flags: "-b",
    reason: "is about BGP, which promisc doesn't decode",
    hint: inTcpdump("-b"),
  },
  {
    flags: "-E <secret>",
    reason: "decrypts ESP, and promisc doesn't decrypt",
    hint: inTcpdump("-E SECRET"),
  },
  {
    flags: "-I, --monitor-mode",
    reason: "changes how a Wi-Fi card works, and promisc doesn't",
    hint: "set the mode before the capture: iw dev NAME set type monitor, while the interface is down",
  },
  {
    flags: "-m <module>",
    reason: "is about SNMP, which promisc doesn't decode",
    hint: inTcpdump("-m MODULE"),
  },
  {
    flags: "-M <secret>",
    reason: "verifies TCP's MD5 signatures, and promisc doesn't",
    hint: inTcpdump("-M SECRET"),
  },
  {
    flags: "-R",
    reason: "is about an ESP of before 1998, which tcpdump no longer decodes either",
    hint: "leave it out",
  },
  {
    flags: "-T <type>",
    reason: "chooses a decoder, and promisc chooses it by the port alone",
    hint: inTcpdump("-T TYPE"),
  },
  {
    flags: "-u",
    reason: "is about NFS, which promisc doesn't decode",
    hint: inTcpdump("-u"),
  },
  {
    flags: "-Y, --debug-filter-parser",
    reason: "debugs libpcap's parser, and needs a libpcap built for that",
    hint: "-d prints the compiled expression",
  },
  {
    flags: "--fp-type",
    reason: "is for tcpdump's own tests",
    hint: "leave it out",
  },
];
