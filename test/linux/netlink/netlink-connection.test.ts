import assert from "node:assert/strict";
import { constants } from "node:os";
import { describe, it } from "node:test";
import { PromiscError } from "../../../src/errors.js";
import { EINTR, ENOBUFS } from "../../../src/linux/ffi/errno.js";
import { RECEIVE_SIZE } from "../../../src/linux/netlink/netlink-socket.js";
import { Rtnetlink } from "../../../src/linux/netlink/rtnetlink.js";
import { NLM_F_MULTI, NLMSG_NOOP } from "../../../src/wire/kernel/netlink/message.js";
import { IFF_PROMISC, RTM_NEWLINK } from "../../../src/wire/kernel/rtnetlink/link.js";
import { end, interrupted, linkReply } from "../../support/netlink/link-replies.js";
import { doneReply, errorReply } from "../../support/netlink/netlink-replies.js";
import {
  answers,
  answersBytes,
  fails,
  ScriptedKernel,
  type Step,
} from "../../support/netlink/scripted-kernel.js";
import { hex } from "../../support/wire/golden/hex.js";

const { EBUSY, EINVAL, ENODEV, ENOMEM, EPERM } = constants.errno;

const header = new Uint8Array(16);
const acknowledgement = errorReply({ errno: 0, extended: {} }, header, true);
const refusal = (errno: number, message?: string) =>
  errorReply({ errno, extended: message === undefined ? {} : { message } }, header, true);

/** Calls `use` with a scripted kernel. Asserts that it used every step and closed everything that it opened. */
function script<Result>(steps: Step[], use: (rtnetlink: Rtnetlink) => Result): [Result, ScriptedKernel] {
  const kernel = new ScriptedKernel(...steps);
  try {
    using rtnetlink = new Rtnetlink(kernel.open);
    return [use(rtnetlink), kernel];
  } finally {
    assert.equal(kernel.transports, 0, "transports left open");
    assert.equal(kernel.left, 0, "steps that nobody came for");
  }
}

const indices = (rtnetlink: Rtnetlink) => rtnetlink.links().map(({ index }) => index);
const setPromisc = (rtnetlink: Rtnetlink) =>
  rtnetlink.setFlags(3, IFF_PROMISC, IFF_PROMISC, "set promiscuous mode on v3");

/** Calls `use`, which must fail, and returns its error. */
function failure(steps: Step[], use: (rtnetlink: Rtnetlink) => unknown): [PromiscError, ScriptedKernel] {
  const [error, kernel] = script(steps, (rtnetlink) => {
    try {
      use(rtnetlink);
    } catch (thrown) {
      return thrown;
    }
    return undefined;
  });
  assert.ok(error instanceof PromiscError, `not a PromiscError: ${error}`);
  return [error, kernel];
}

describe("a netlink dump", () => {
  it("is read from several datagrams", () => {
    const [links, kernel] = script(
      [answers([linkReply(1), linkReply(2)]), answers([linkReply(3)]), answers([end])],
      indices,
    );
    assert.deepEqual(links, [1, 2, 3]);
    assert.equal(kernel.requests.length, 1);
  });

  it("is repeated on a new socket if the kernel dropped a part (ENOBUFS)", () => {
    const [links, kernel] = script(
      [answers([linkReply(1)]), fails("receive", ENOBUFS), answers([linkReply(1), linkReply(2), end])],
      indices,
    );
    assert.deepEqual(links, [1, 2]);
    assert.equal(kernel.receiveSizes.length, 2);
    assert.equal(kernel.requests.length, 2);
  });

  it("is repeated on a new socket if it was interrupted (NLM_F_DUMP_INTR)", () => {
    const [links, kernel] = script(
      [answers([linkReply(1), interrupted(linkReply(3))]), answers([linkReply(1), linkReply(2), end])],
      indices,
    );
    assert.deepEqual(links, [1, 2]);
    assert.equal(kernel.receiveSizes.length, 2);
  });

  it("is repeated if it was interrupted at its very end", () => {
    const [links] = script(
      [answers([linkReply(1), interrupted(end)]), answers([linkReply(2), end])],
      indices,
    );
    assert.deepEqual(links, [2]);
  });

  it("fails with a hint if it is interrupted again and again", () => {
    const tries = 20;
    const [error, kernel] = failure(
      Array.from({ length: tries }, () => answers([interrupted(end)])),
      indices,
    );
    assert.equal(error.code, "kernel");
    assert.match(error.message, /^cannot read the interfaces: .*20 times running$/);
    assert.match(error.hint ?? "", /try again/);
    assert.equal(kernel.requests.length, tries);
  });

  it("is repeated with enough memory if a datagram is longer than the buffer", () => {
    const large = [linkReply(1, { info: { data: new Uint8Array(40_000) } }), end];
    const [links, kernel] = script([answers(large), answers(large)], (rtnetlink) => rtnetlink.links());
    assert.equal(links[0]?.info?.data?.length, 40_000);
    const [first, second] = kernel.receiveSizes;
    assert.equal(first, RECEIVE_SIZE);
    assert.ok(second !== undefined && second > 40_000, `opened for ${second} bytes`);
  });

  it("continues after a signal (EINTR) while sending and receiving", () => {
    const [links, kernel] = script(
      [
        fails("send", EINTR),
        fails("send", EINTR),
        fails("receive", EINTR),
        answers([linkReply(1)]),
        fails("receive", EINTR),
        answers([linkReply(2), end]),
      ],
      indices,
    );
    assert.deepEqual(links, [1, 2]);
    assert.equal(kernel.requests.length, 1);
    assert.equal(kernel.receiveSizes.length, 1);
  });

  it("skips replies to an earlier request, including errors and ends", () => {
    const late = { late: true };
    const [links] = script(
      [
        answers([linkReply(8), refusal(EBUSY)], late),
        answers([interrupted(linkReply(9)), end], late),
        answers([linkReply(1)]),
        answers([end], late),
        answers([end]),
      ],
      indices,
    );
    assert.deepEqual(links, [1]);
  });

  it("skips NLMSG_NOOP", () => {
    const noop = { type: NLMSG_NOOP, flags: NLM_F_MULTI, payload: new Uint8Array(0) };
    const [links] = script([answers([noop, linkReply(1), noop, end])], indices);
    assert.deepEqual(links, [1]);
  });

  it("can fail at its end (NLMSG_DONE) with the kernel's message", () => {
    const [error] = failure(
      [
        answers([linkReply(1)]),
        answers([doneReply({ errno: EINVAL, extended: { message: "Invalid values in header" } })]),
      ],
      indices,
    );
    assert.equal(error.code, "kernel");
    assert.equal(
      error.message,
      "cannot read the interfaces: Invalid argument (EINVAL): Invalid values in header",
    );
  });

  it("fails if the kernel refuses it, and isn't repeated", () => {
    const [error, kernel] = failure([answers([refusal(ENOMEM)])], indices);
    assert.equal(error.errno?.name, "ENOMEM");
    assert.equal(kernel.requests.length, 1);
  });

  it("fails if a system call fails, and isn't repeated", () => {
    const [error] = failure([fails("send", EPERM)], indices);
    assert.equal(error.errno?.name, "EPERM");
  });
});

describe("a netlink dump that may be incomplete", () => {
  const partly = (most: number) => (rtnetlink: Rtnetlink) =>
    rtnetlink.linksPartly(({ index }) => ({ index }), { most, patience: Number.POSITIVE_INFINITY });
  const indexed = (...indices: number[]) => indices.map((index) => ({ index }));

  it("is complete if nothing interrupts it", () => {
    const [dump] = script([answers([linkReply(1), linkReply(2), end])], partly(2));
    assert.deepEqual(dump, { values: indexed(1, 2) });
  });

  it("is repeated if it was interrupted, and is complete if that succeeds", () => {
    const [dump, kernel] = script(
      [answers([linkReply(1), interrupted(linkReply(3))]), answers([linkReply(1), end])],
      partly(10),
    );
    assert.deepEqual(dump, { values: indexed(1) });
    assert.equal(kernel.receiveSizes.length, 2);
  });

  it("gives the last attempt with each link once if it is interrupted again and again", () => {
    const steps = Array.from({ length: 19 }, () => answers([interrupted(linkReply(7))]));
    const last = [
      answers([linkReply(1), linkReply(2)]),
      answers([interrupted(linkReply(1)), linkReply(3), end]),
    ];
    const [dump, kernel] = script([...steps, ...last], partly(10));
    assert.deepEqual(dump, { values: indexed(1, 2, 3), incomplete: "changing" });
    assert.equal(kernel.requests.length, 20);
  });

  it("gives no more links than the limit, and reports that there are more", () => {
    const [dump] = script([answers([linkReply(1), linkReply(2), linkReply(3)])], partly(2));
    assert.deepEqual(dump, { values: indexed(1, 2), incomplete: "too-many" });
  });
});

describe("a netlink change", () => {
  it("returns when it is acknowledged", () => {
    const [, kernel] = script([answers([acknowledgement])], setPromisc);
    assert.equal(kernel.requests[0]?.type, RTM_NEWLINK);
  });

  it("fails with the kernel's message and the refused bytes if it is refused", () => {
    const [error, kernel] = failure([answers([refusal(EBUSY, "Device is in use")])], setPromisc);
    assert.equal(
      error.message,
      "cannot set promiscuous mode on v3: Device or resource busy (EBUSY): Device is in use",
    );
    assert.deepEqual(error.request?.subarray(16), kernel.requests[0]?.payload);
  });

  it("names the capability that it needs", () => {
    const [error] = failure([answers([refusal(EPERM)])], setPromisc);
    assert.equal(error.code, "privilege");
    assert.match(error.hint ?? "", /CAP_NET_ADMIN/);
  });

  it("names the attribute that the kernel refused, if the table knows it", () => {
    const refusedAt = (offset: number) => errorReply({ errno: EINVAL, extended: { offset } }, header, true);
    const failed = (offset: number) =>
      failure([answers([refusedAt(offset)])], (rtnetlink) => rtnetlink.link("v9", "read v9"))[0];
    // The request has the name first, behind struct nlmsghdr and struct ifinfomsg.
    assert.deepEqual(failed(32).attribute, { offset: 32, name: "IFLA_IFNAME" });
    assert.deepEqual(failed(40).attribute, { offset: 40, name: "IFLA_EXT_MASK" });
    assert.deepEqual(failed(36).attribute, { offset: 36 });
    const [unsaid] = failure([answers([refusal(EINVAL)])], (rtnetlink) => rtnetlink.link("v9", "read v9"));
    assert.equal(unsaid.attribute, undefined);
  });

  it("names the attribute that this machine's kernel refuses: an alternative name that is too long", () => {
    using rtnetlink = new Rtnetlink();
    assert.throws(
      () => rtnetlink.link("x".repeat(200), "read it"),
      ({ attribute, errno }: PromiscError) => {
        assert.deepEqual(attribute, { offset: 40, name: "IFLA_ALT_IFNAME" });
        assert.equal(errno?.name, "ERANGE");
        return true;
      },
    );
  });

  it("reports that its interface has disappeared", () => {
    const [error] = failure([answers([refusal(ENODEV)])], setPromisc);
    assert.equal(error.code, "no-interface");
  });

  it("fails if its acknowledgement is lost (ENOBUFS), and is never sent twice", () => {
    const [error, kernel] = failure([fails("receive", ENOBUFS)], setPromisc);
    assert.equal(error.code, "kernel");
    assert.match(error.message, /the request or its acknowledgement was lost$/);
    assert.equal(kernel.requests.length, 1);
    assert.equal(kernel.receiveSizes.length, 1);
  });

  it("fails if its acknowledgement is cut off, and is never sent twice", () => {
    const [error, kernel] = failure([answersBytes(new Uint8Array(RECEIVE_SIZE + 1))], setPromisc);
    assert.match(error.message, /the request or its acknowledgement was lost$/);
    assert.equal(kernel.requests.length, 1);
  });

  it("keeps waiting after a signal (EINTR), and isn't sent again", () => {
    const [, kernel] = script([fails("receive", EINTR), answers([acknowledgement])], setPromisc);
    assert.equal(kernel.requests.length, 1);
  });

  it("ignores the acknowledgement of an earlier change", () => {
    const [error] = failure(
      [answers([acknowledgement], { late: true }), answers([refusal(EBUSY)])],
      setPromisc,
    );
    assert.equal(error.errno?.name, "EBUSY");
  });
});

describe("reading one link by netlink", () => {
  it("is repeated if the answer was dropped", () => {
    const [link] = script([fails("receive", ENOBUFS), answers([linkReply(3)])], (rtnetlink) =>
      rtnetlink.link(3, "read v3"),
    );
    assert.equal(link.name, "v3");
  });

  it("fails with no-interface, or returns undefined if asked to, for a link that doesn't exist", () => {
    const [error] = failure([answers([refusal(ENODEV)])], (rtnetlink) => rtnetlink.link("v9", "read v9"));
    assert.equal(error.code, "no-interface");
    const [link] = script([answers([refusal(ENODEV)])], (rtnetlink) => rtnetlink.linkIfExists(9));
    assert.equal(link, undefined);
  });

  it("reports an acknowledgement instead of a link as malformed", () => {
    const [error] = failure([answers([acknowledgement])], (rtnetlink) => rtnetlink.link(3, "read v3"));
    assert.equal(error.code, "malformed");
  });
});

describe("a malformed netlink reply", () => {
  const replies: [what: string, step: Step][] = [
    ["a few bytes", answersBytes(hex("01 02 03"))],
    ["a length of zero", answersBytes(new Uint8Array(16))],
    ["a length beyond the datagram", answersBytes(hex("ff ff ff ff 10 00 02 00 01 00 00 00 00 00 00 00"))],
    ["no room for a link", answers([{ ...linkReply(1), payload: new Uint8Array(3) }, end])],
    [
      "a short attribute",
      answers([{ ...linkReply(1), payload: hex(`${"00 ".repeat(16)} 05 00 04 00 01`) }, end]),
    ],
    ["an error that is too short", answers([{ ...acknowledgement, payload: new Uint8Array(4) }])],
  ];
  for (const [what, step] of replies)
    it(`with ${what} is reported as malformed, and isn't requested again`, () => {
      const [error, kernel] = failure([step], indices);
      assert.equal(error.code, "malformed");
      assert.equal(kernel.requests.length, 1);
    });

  it("doesn't affect the next request on the same connection", () => {
    const [links] = script(
      [
        answersBytes(hex("01 02 03")),
        answers([linkReply(8), end], { late: true }),
        answers([linkReply(1), end]),
      ],
      (rtnetlink) => {
        assert.throws(() => rtnetlink.links(), { code: "malformed" });
        return indices(rtnetlink);
      },
    );
    assert.deepEqual(links, [1]);
  });
});

describe("a netlink connection that can't be opened again", () => {
  it("throws the error of opening it, and leaves nothing open", () => {
    const kernel = new ScriptedKernel(fails("receive", ENOBUFS));
    let opened = 0;
    using rtnetlink = new Rtnetlink((receiveSize) => {
      if (++opened > 1) throw new Error("too many open files");
      return kernel.open(receiveSize);
    });
    assert.throws(() => rtnetlink.links(), /too many open files/);
    assert.equal(kernel.transports, 0);
  });
});
