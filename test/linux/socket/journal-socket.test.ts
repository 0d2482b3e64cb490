import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { encodeJournalEntry, JournalSocket } from "../../../src/linux/socket/journal-socket.js";
import { isolate, sh } from "../../support/network/namespace.js";
import { Journal, noJournal } from "../../support/process/journal.js";
import { lacking } from "../../support/process/peer.js";

isolate();

describe("the journal's socket", { skip: noJournal || lacking("journalctl", "logger") }, () => {
  it("accepts an entry that is too large for a datagram", async () => {
    using journal = await Journal.start();
    using socket = new JournalSocket();
    const text = "x".repeat(1_000_000);
    for (const size of ["small", "large"])
      socket.send(encodeJournalEntry({ MESSAGE: size === "small" ? "y" : text, PROMISC_TEST: size }));
    await journal.has("PROMISC_TEST=large");
    const [{ MESSAGE } = {}] = journal.find("PROMISC_TEST=large", "--all");
    assert.equal(MESSAGE, text);
    assert.equal(journal.find("PROMISC_TEST=small").length, 1);
    // No descriptor of the entry stays open.
    assert.doesNotMatch(sh(`ls -l /proc/${process.pid}/fd`), /promisc-journal-entry/);
  });
});
