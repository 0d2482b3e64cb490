import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type DnsDecoyOptions, describeDnsDecoy } from "../../../src/detect/decoy/dns/options.js";
import { type DecoyLoginOptions, describeDecoyLogin } from "../../../src/detect/decoy/login/options.js";

const target = { host: "192.0.2.3", mac: "02:00:00:00:00:03" };

describe("the description and limits of a decoy", () => {
  it("is a sentence for the user who has to agree", () => {
    assert.equal(
      describeDnsDecoy({ interface: "eth0", targets: [target], promiscuous: true }),
      "Sends at most 4 frames of 60 to 78 bytes through eth0 to an Ethernet address that nobody has, so that they reach every " +
        "port of the LAN: TCP SYNs between invented addresses of 198.19.0.0/16 and, if eth0 has IPv6, 2001:2::/48, 20 per " +
        "second. Listens for DNS queries about these addresses, with eth0 promiscuous, for at most 4 seconds.",
    );
    assert.equal(
      describeDecoyLogin({ interface: "eth0", protocol: "pop3", wait: 10_000 }),
      "Sends at most 39 frames through eth0 to Ethernet addresses that nobody has, so that they reach every port of the LAN: " +
        "3 complete POP3 sessions with an invented login in clear text, from an invented address of 198.19.0.0/16 to this " +
        "host. Listens on port 110 of eth0 for anyone who uses it, and refuses every login, for at most 16 seconds.",
    );
  });

  const dns: readonly [Partial<DnsDecoyOptions>, RegExp][] = [
    [{ targets: [] }, /0 targets/],
    [{ targets: [{ host: "nobody", mac: target.mac }] }, /"nobody" at/],
    [{ targets: [{ host: target.host, mac: "02:00" }] }, /at "02:00"/],
    [{ rounds: 0 }, /0 rounds/],
    [{ rate: 1000 }, /1000 frames per second/],
    [{ rate: Number.NaN }, /option rate must be a number, not NaN/],
    [{ wait: 1e9 }, /ms of waiting/],
    [{ targets: new Array(1024).fill(target), rounds: 10 }, /up to 20480 frames: |up to 20480 frames/],
    [{ targets: new Array(1000).fill(target), rate: 1 }, /it would take up to 4003 seconds/],
  ];
  for (const [options, message] of dns)
    it(`refuses DNS decoy options with the message ${message.source}`, () => {
      assert.throws(() => describeDnsDecoy({ interface: "eth0", targets: [target], ...options }), {
        code: "usage",
        message,
      });
    });

  const logins: readonly [Partial<DecoyLoginOptions>, RegExp][] = [
    [{ protocol: "telnet" as "ftp" }, /option protocol must be "ftp" or "pop3", not "telnet"/],
    [{ protocol: "toString" as "ftp" }, /option protocol must be "ftp" or "pop3", not "toString"/],
    [{ port: 70_000 }, /70000 as the port/],
    [{ rounds: 61 }, /61 rounds/],
    [{ interval: 1 }, /1 ms between rounds/],
    [{ rounds: 60, interval: 60_000, wait: 3_600_001 }, /ms of waiting/],
  ];
  for (const [options, message] of logins)
    it(`refuses decoy login options with the message ${message.source}`, () =>
      assert.throws(() => describeDecoyLogin({ interface: "eth0", ...options }), { code: "usage", message }));
});
