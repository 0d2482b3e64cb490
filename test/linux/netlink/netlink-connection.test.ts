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

/** Lets `use` talk to a scripted kernel, and checks that it came for every step and closed what it opened. */
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

/** Does what must fail, and returns how it failed. */
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

describe("a dump", () => {
  it("is read over several datagrams", () => {
    const [links, kernel] = script(
      [answers([linkReply(1), linkReply(2)]), answers([linkReply(3)]), answers([end])],
      indices,
    );
    assert.deepEqual(links, [1, 2, 3]);
    assert.equal(kernel.requests.length, 1);
  });

  it("of which the kernel dropped a part (ENOBUFS) is repeated on a new socket", () => {
    const [links, kernel] = script(
      [answers([linkReply(1)]), fails("receive", ENOBUFS), answers([linkReply(1), linkReply(2), end])],
      indices,
    );
    assert.deepEqual(links, [1, 2]);
    assert.equal(kernel.receiveSizes.length, 2);
    assert.equal(kernel.requests.length, 2);
  });

  it("that was interrupted (NLM_F_DUMP_INTR) is repeated on a new socket", () => {
    const [links, kernel] = script(
      [answers([linkReply(1), interrupted(linkReply(3))]), answers([linkReply(1), linkReply(2), end])],
      indices,
    );
    assert.deepEqual(links, [1, 2]);
    assert.equal(kernel.receiveSizes.length, 2);
  });

  it("that was interrupted at its very end is repeated", () => {
    const [links] = script(
      [answers([linkReply(1), interrupted(end)]), answers([linkReply(2), end])],
      indices,
    );
    assert.deepEqual(links, [2]);
  });

  it("that is interrupted time and again is given up, with a hint", () => {
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

  it("with a datagram longer than the memory for it is repeated with enough", () => {
    const large = [linkReply(1, { info: { data: new Uint8Array(40_000) } }), end];
    const [links, kernel] = script([answers(large), answers(large)], (rtnetlink) => rtnetlink.links());
    assert.equal(links[0]?.info?.data?.length, 40_000);
    const [first, second] = kernel.receiveSizes;
    assert.equal(first, RECEIVE_SIZE);
    assert.ok(second !== undefined && second > 40_000, `opened for ${second} bytes`);
  });

  it("goes on after a signal (EINTR) where it was, in sending and receiving", () => {
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

  it("passes over replies to an earlier request, errors and ends among them", () => {
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

  it("passes over NLMSG_NOOP", () => {
    const noop = { type: NLMSG_NOOP, flags: NLM_F_MULTI, payload: new Uint8Array(0) };
    const [links] = script([answers([noop, linkReply(1), noop, end])], indices);
    assert.deepEqual(links, [1]);
  });

  it("can fail at its end (NLMSG_DONE), in the kernel's words", () => {
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

  it("that the kernel refuses is an error, and isn't repeated", () => {
    const [error, kernel] = failure([answers([refusal(ENOMEM)])], indices);
    assert.equal(error.errno?.name, "ENOMEM");
    assert.equal(kernel.requests.length, 1);
  });

  it("whose system call fails is an error, and isn't repeated", () => {
    const [error] = failure([fails("send", EPERM)], indices);
    assert.equal(error.errno?.name, "EPERM");
  });
});

describe("a dump that may be had in part", () => {
  const partly = (most: number) => (rtnetlink: Rtnetlink) =>
    rtnetlink.linksPartly(({ index }) => ({ index }), { most, patience: Number.POSITIVE_INFINITY });
  const indexed = (...indices: number[]) => indices.map((index) => ({ index }));

  it("is whole where nothing disturbs it", () => {
    const [dump] = script([answers([linkReply(1), linkReply(2), end])], partly(2));
    assert.deepEqual(dump, { values: indexed(1, 2) });
  });

  it("is repeated when it was interrupted, and whole if that helps", () => {
    const [dump, kernel] = script(
      [answers([linkReply(1), interrupted(linkReply(3))]), answers([linkReply(1), end])],
      partly(10),
    );
    assert.deepEqual(dump, { values: indexed(1) });
    assert.equal(kernel.receiveSizes.length, 2);
  });

  it("that is interrupted time and again is what the last one gave, each link once", () => {
    const steps = Array.from({ length: 19 }, () => answers([interrupted(linkReply(7))]));
    const last = [
      answers([linkReply(1), linkReply(2)]),
      answers([interrupted(linkReply(1)), linkReply(3), end]),
    ];
    const [dump, kernel] = script([...steps, ...last], partly(10));
    assert.deepEqual(dump, { values: indexed(1, 2, 3), incomplete: "changing" });
    assert.equal(kernel.requests.length, 20);
  });

  it("has no more than were asked for, and says that there are more", () => {
    const [dump] = script([answers([linkReply(1), linkReply(2), linkReply(3)])], partly(2));
    assert.deepEqual(dump, { values: indexed(1, 2), incomplete: "too-many" });
  });
});

describe("a change", () => {
  it("returns when it is acknowledged", () => {
    const [, kernel] = script([answers([acknowledgement])], setPromisc);
    assert.equal(kernel.requests[0]?.type, RTM_NEWLINK);
  });

  it("that is refused is an error with the kernel's words and the bytes that it refused", () => {
    const [error, kernel] = failure([answers([refusal(EBUSY, "Device is in use")])], setPromisc);
    assert.equal(
      error.message,
      "cannot set promiscuous mode on v3: Device or resource busy (EBUSY): Device is in use",
    );
    assert.deepEqual(error.request?.subarray(16), kernel.requests[0]?.payload);
  });

  it("that needs a capability says which", () => {
    const [error] = failure([answers([refusal(EPERM)])], setPromisc);
    assert.equal(error.code, "privilege");
    assert.match(error.hint ?? "", /CAP_NET_ADMIN/);
  });

  it("of an interface that is gone says so", () => {
    const [error] = failure([answers([refusal(ENODEV)])], setPromisc);
    assert.equal(error.code, "no-interface");
  });

  it("whose acknowledgement is lost (ENOBUFS) is an error, and is never sent twice", () => {
    const [error, kernel] = failure([fails("receive", ENOBUFS)], setPromisc);
    assert.equal(error.code, "kernel");
    assert.match(error.message, /the request or its acknowledgement was lost$/);
    assert.equal(kernel.requests.length, 1);
    assert.equal(kernel.receiveSizes.length, 1);
  });

  it("whose acknowledgement is cut off is an error, and is never sent twice", () => {
    const [error, kernel] = failure([answersBytes(new Uint8Array(RECEIVE_SIZE + 1))], setPromisc);
    assert.match(error.message, /the request or its acknowledgement was lost$/);
    assert.equal(kernel.requests.length, 1);
  });

  it("waits on after a signal (EINTR), and isn't sent again", () => {
    const [, kernel] = script([fails("receive", EINTR), answers([acknowledgement])], setPromisc);
    assert.equal(kernel.requests.length, 1);
  });

  it("isn't acknowledged by an earlier one's acknowledgement", () => {
    const [error] = failure(
      [answers([acknowledgement], { late: true }), answers([refusal(EBUSY)])],
      setPromisc,
    );
    assert.equal(error.errno?.name, "EBUSY");
  });
});

describe("one link", () => {
  it("is read again if its answer was dropped", () => {
    const [link] = script([fails("receive", ENOBUFS), answers([linkReply(3)])], (rtnetlink) =>
      rtnetlink.link(3, "read v3"),
    );
    assert.equal(link.name, "v3");
  });

  it("that doesn't exist is no-interface, or undefined where that was asked for", () => {
    const [error] = failure([answers([refusal(ENODEV)])], (rtnetlink) => rtnetlink.link("v9", "read v9"));
    assert.equal(error.code, "no-interface");
    const [link] = script([answers([refusal(ENODEV)])], (rtnetlink) => rtnetlink.linkIfExists(9));
    assert.equal(link, undefined);
  });

  it("that isn't answered by a link but by an acknowledgement is malformed", () => {
    const [error] = failure([answers([acknowledgement])], (rtnetlink) => rtnetlink.link(3, "read v3"));
    assert.equal(error.code, "malformed");
  });
});

describe("a malformed reply", () => {
  const replies: [what: string, step: Step][] = [
    ["a few bytes", answersBytes(hex("01 02 03"))],
    ["a length of zero", answersBytes(new Uint8Array(16))],
    ["a length beyond the datagram", answersBytes(hex("ff ff ff ff 10 00 02 00 01 00 00 00 00 00 00 00"))],
    ["no room for a link", answers([{ ...linkReply(1), payload: new Uint8Array(3) }, end])],
    [
      "a short attribute",
      answers([{ ...linkReply(1), payload: hex(`${"00 ".repeat(16)} 05 00 04 00 01`) }, end]),
    ],
    ["an error that is too short for one", answers([{ ...acknowledgement, payload: new Uint8Array(4) }])],
  ];
  for (const [what, step] of replies)
    it(`of ${what} is an error of that kind, and isn't asked for again`, () => {
      const [error, kernel] = failure([step], indices);
      assert.equal(error.code, "malformed");
      assert.equal(kernel.requests.length, 1);
    });

  it("doesn't spoil the next request on the same connection", () => {
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

describe("a connection that can't be opened again", () => {
  it("is the error of opening it, and leaves nothing open", () => {
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
