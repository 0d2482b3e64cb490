import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventToEcs } from "../../../../src/cli/format/export/ecs.js";
import { eventToJournal } from "../../../../src/cli/format/export/journal.js";
import { formatWatchEvent } from "../../../../src/cli/format/watch-event.js";
import type { ProcessDetails } from "../../../../src/linux/process/process-details.js";
import type { Attribution, ChangeEvent, ListenerEvent } from "../../../../src/promiscuity/watch/event.js";

const promiscuity = {
  promiscuous: true,
  promiscFlag: true,
  promiscuity: 1,
  allmultiFlag: false,
  allmulti: 0,
};

/** Returns the event that somebody came. */
function change(...came: Attribution[]): ChangeEvent {
  return {
    event: "change",
    time: "2026-11-23T15:16:01.521484Z",
    netns: { inode: 1, names: [], own: true, processes: 1 },
    ifindex: 2,
    ifname: "eth0",
    before: { ...promiscuity, promiscuous: false, promiscFlag: false, promiscuity: 0 },
    after: promiscuity,
    came,
    went: [],
  };
}

const ip: ProcessDetails = {
  pid: 1673,
  comm: "ip",
  args: ["ip", "link", "set", "eth0", "promisc", "on"],
  uid: 0,
  user: "root",
  loginUid: 1000,
  loginUser: "alice",
  parent: { pid: 1672, comm: "sudo", started: "2026-11-23T15:16:01.50Z", startTicks: 41 },
  started: "2026-11-23T15:16:01.51Z",
  startTicks: 42,
};
const byActor = (actor: ProcessDetails): Attribution => ({
  holder: { kind: "flag", units: 1 },
  evidence: "trace",
  actor,
});
const socket = (process: ProcessDetails): Attribution => ({
  holder: { kind: "socket", units: 1, socket: { inode: 7 }, processes: [process] },
  evidence: "socket",
});

describe("the process of a change", () => {
  it("is in the line", () => {
    assert.equal(
      formatWatchEvent(change(byActor(ip))),
      "2026-11-23T15:16:01.521484Z eth0: count 0 -> 1; + the administrator's flag, by " +
        "ip link set eth0 promisc on (pid 1673, user root, login alice, parent sudo[1672], " +
        "since 2026-11-23T15:16:01.51Z) [trace]",
    );
  });

  for (const [name, attribution] of [
    ["the one that set the flag", byActor(ip)],
    ["the one that has the socket open", socket(ip)],
  ] as const)
    it(`is in the Elastic Common Schema: ${name}`, () => {
      const { process, user } = JSON.parse(JSON.stringify(eventToEcs(change(attribution), [])));
      assert.deepEqual(process, {
        pid: 1673,
        name: "ip",
        args: ip.args,
        command_line: "ip link set eth0 promisc on",
        start: "2026-11-23T15:16:01.51Z",
        parent: { pid: 1672, name: "sudo", start: "2026-11-23T15:16:01.50Z" },
      });
      assert.deepEqual(user, { id: "0", name: "root", audit: { id: "1000", name: "alice" } });
    });

  it("is in the journal's fields", () => {
    const entry = eventToJournal(change(byActor(ip)), []);
    assert.deepEqual(
      Object.entries(entry).slice(-6),
      Object.entries({
        OBJECT_PID: 1673,
        PROMISC_PROCESS: "ip",
        PROMISC_USER: "root",
        PROMISC_LOGIN_USER: "alice",
        PROMISC_PARENT_PID: 1672,
        PROMISC_PARENT: "sudo",
      }),
    );
  });

  it("may have nothing but a number, or not even that", () => {
    for (const [process, entry] of [
      [{ pid: 9 }, { OBJECT_PID: 9 }],
      [
        { comm: "ip", uid: 7 },
        { PROMISC_PROCESS: "ip", PROMISC_USER: "7" },
      ],
    ] as const) {
      const event = change(byActor(process));
      assert.match(
        formatWatchEvent(event),
        /, by (?:\? \(pid 9\)|ip \(in a PID namespace .*, user uid 7\)) \[trace\]$/,
      );
      assert.equal((eventToEcs(event, []) as { process: { args?: unknown } }).process.args, undefined);
      const last = Object.entries(eventToJournal(event, [])).slice(-Object.keys(entry).length);
      assert.deepEqual(Object.fromEntries(last), entry);
    }
  });

  it("doesn't need the user's or the parent's name, and shows hostile ones harmlessly", () => {
    const hostile = { ...ip, loginUid: 4711, parent: { pid: 5, comm: "a\x1b]0;\n" } };
    const { loginUser: _, ...unnamed } = hostile;
    const entry = eventToJournal(change(byActor(unnamed)), []);
    assert.equal(entry["PROMISC_LOGIN_USER"], "4711");
    assert.equal(entry["PROMISC_PARENT"], "a\\x1b]0;\\x0a");
    assert.match(String(entry["MESSAGE"]), /user root, login uid 4711, parent a\\x1b\]0;\\x0a\[5\]/);
  });

  it("has no login user in a line where it is the user, and no parent where that is process 1", () => {
    const service = { ...ip, loginUid: 0, loginUser: "root", parent: { pid: 1, comm: "systemd" } };
    assert.match(formatWatchEvent(change(byActor(service))), /\(pid 1673, user root, since /);
  });
});

describe("a listener", () => {
  const came: ListenerEvent = {
    event: "listener-came",
    time: "2026-11-23T15:16:01.521484Z",
    netns: { inode: 1, names: [], own: true, processes: 1 },
    ifindex: 2,
    ifname: "eth0",
    listener: {
      kind: "packet-socket",
      netns: { inode: 1, names: [], own: true, processes: 1 },
      ifindex: 2,
      ifname: "eth0",
      socket: { inode: 7, type: "raw", protocol: 3 },
      holds: false,
      held: [],
      filter: {
        kind: "classic",
        program: [],
        instructions: [],
        expression: "udp port 53",
        magic: ["UDP payload bytes 0-1 = 0x7255"],
      },
      processes: [{ pid: 1673, comm: "door" }],
    },
    evidence: "trace",
  };
  const line =
    "eth0: + listens: packet socket: door (pid 1673); filter: udp port 53; waits for magic numbers: UDP payload bytes 0-1 = 0x7255 [trace]";

  it("is in the line, with its filter and what it waits for", () =>
    assert.equal(formatWatchEvent(came), `${came.time} ${line}`));

  it("is in the line with what was before", () =>
    assert.equal(
      formatWatchEvent({
        ...came,
        event: "listener-changed",
        before: { ...came.listener, ifname: "eth1", filter: { kind: "none" } } as ListenerEvent["listener"],
      }),
      `${came.time} ${line.replace("+", "~")}; before on eth1; before with filter: none`,
    ));

  it("has a line of its own if it isn't reported one by one, or couldn't be examined", () => {
    const { time, netns } = came;
    assert.match(
      formatWatchEvent({ event: "listeners-unreported", time, netns, listeners: 1 }),
      / 1 change of listeners not reported one by one: /,
    );
    const notLookedAt = { what: "the rules", why: "privilege", reason: "no", remedy: "be root" } as const;
    assert.equal(
      formatWatchEvent({ event: "not-looked-at", time, netns, notLookedAt }),
      `${time} not looked at: the rules: no: be root`,
    );
  });

  it("is an event that starts and ends in the Elastic Common Schema", () => {
    const { event, process, observer } = JSON.parse(JSON.stringify(eventToEcs(came, [])));
    assert.deepEqual([event.type, event.action, event.kind], [["start"], "listener-came", "event"]);
    assert.deepEqual([process.pid, observer.ingress.interface.name], [1673, "eth0"]);
    const ended = JSON.parse(JSON.stringify(eventToEcs({ ...came, event: "listener-went" }, [])));
    assert.deepEqual(ended.event.type, ["end"]);
  });

  it("is an entry of the journal, a warning if it is a finding", () => {
    const entry = eventToJournal(came, []);
    assert.equal(entry["MESSAGE"], line);
    assert.deepEqual(
      [entry["PROMISC_LISTENER"], entry["OBJECT_PID"], entry["PRIORITY"]],
      ["packet-socket", 1673, 5],
    );
    const finding = { kind: "packet-socket", listener: came.listener } as const;
    assert.equal(eventToJournal(came, [finding])["PRIORITY"], 4);
  });
});
