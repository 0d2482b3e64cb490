import assert from "node:assert/strict";
import { openSync } from "node:fs";
import { constants } from "node:os";
import { describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { PromiscError } from "../../../src/errors.js";
import { check, describeErrno, errnoOf, hasErrno, kernelError } from "../../../src/linux/ffi/errno.js";

const { EACCES, EAGAIN, EBUSY, EINVAL, ENODEV, ENXIO, EOPNOTSUPP, EPERM } = constants.errno;
const operation = "set promiscuous mode on eth0";

describe("describeErrno", () => {
  const table: [number: number, name: string, text: string][] = [
    [EPERM, "EPERM", "Operation not permitted"],
    [ENODEV, "ENODEV", "No such device"],
    [EAGAIN, "EAGAIN", "Resource temporarily unavailable"],
    [EINVAL, "EINVAL", "Invalid argument"],
    // This is the kernel's name. The C library calls the same number ENOTSUP.
    [EOPNOTSUPP, "EOPNOTSUPP", "Operation not supported"],
    [4095, "errno 4095", "Unknown error 4095"],
  ];
  for (const [number, name, text] of table)
    it(`gives "${text}" for ${name}`, () => assert.deepEqual(describeErrno(number), { number, name, text }));
});

describe("errnoOf", () => {
  const failure = (action: () => void): unknown => {
    try {
      action();
    } catch (error) {
      return error;
    }
    return undefined;
  };

  it("returns the errno of an error of node:fs, and of a refused change of the user", () => {
    assert.equal(errnoOf(failure(() => openSync("/no/such", "r")))?.name, "ENOENT");
    // As process.setuid() throws it: a positive number.
    const refused = Object.assign(new Error("EPERM"), { errno: EPERM, code: "EPERM", syscall: "setuid" });
    assert.equal(errnoOf(refused)?.name, "EPERM");
  });

  it("returns undefined for errors that no system call caused", () => {
    assert.equal(errnoOf(failure(() => gunzipSync("no gzip"))), undefined);
    assert.equal(errnoOf(new Error("no")), undefined);
    assert.equal(errnoOf(kernelError({ operation, errno: EBUSY })), undefined);
  });
});

describe("kernelError", () => {
  const codes: [errno: number, code: string][] = [
    [EPERM, "privilege"],
    [EACCES, "privilege"],
    [ENODEV, "no-interface"],
    [ENXIO, "no-interface"],
    [EBUSY, "kernel"],
    [EINVAL, "kernel"],
  ];
  for (const [errno, code] of codes)
    it(`has the code ${code} for ${describeErrno(errno).name}`, () =>
      assert.equal(kernelError({ operation, errno }).code, code));

  for (const needs of ["CAP_NET_ADMIN", "CAP_NET_RAW"] as const)
    it(`names ${needs} in its hint if it is needed`, () =>
      assert.match(
        kernelError({ operation, errno: EPERM, needs }).hint ?? "",
        new RegExp(`^needs ${needs} `),
      ));

  it("has a hint if the interface has disappeared, and none if there is nothing to suggest", () => {
    assert.match(kernelError({ operation, errno: ENODEV }).hint ?? "", /doesn't exist/);
    assert.equal(kernelError({ operation, errno: EBUSY }).hint, undefined);
  });

  it("names the operation, the kernel's error, and the reason", () => {
    const error = kernelError({ operation, errno: EBUSY, reason: "Device is in use" });
    assert.equal(error.message, `cannot ${operation}: Device or resource busy (EBUSY): Device is in use`);
    assert.equal(error.operation, operation);
    assert.deepEqual(error.errno, { number: EBUSY, name: "EBUSY", text: "Device or resource busy" });
  });

  it("keeps the error of Node.js that it is made of as its cause", () => {
    const cause = new Error("EBUSY: device is busy");
    assert.equal(kernelError({ operation, errno: EBUSY, cause }).cause, cause);
  });

  it("keeps the bytes that were sent to the kernel", () => {
    const request = Uint8Array.of(1, 2, 3);
    assert.equal(kernelError({ operation, errno: EBUSY, request }).request, request);
  });
});

describe("check()", () => {
  it("returns a result that isn't an error", () => {
    assert.equal(check(0, operation), 0);
    assert.equal(check(7, operation), 7);
  });

  it("throws for -1", () => assert.throws(() => check(-1, operation), PromiscError));
});

describe("hasErrno", () => {
  it("recognizes the kernel's errors by errno, and no others", () => {
    assert.equal(hasErrno(kernelError({ operation, errno: EBUSY }), EBUSY), true);
    assert.equal(hasErrno(kernelError({ operation, errno: EBUSY }), EPERM), false);
    assert.equal(hasErrno(Object.assign(new Error("EBUSY"), { errno: EBUSY }), EBUSY), false);
    assert.equal(hasErrno(undefined, EBUSY), false);
  });
});
