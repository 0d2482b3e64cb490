import { malformed, need } from "../../bytes.js";
import { readBe32, writeBe16, writeBe32 } from "../../network-order.js";

export const field = {
  nextHeader: 0,
  length: 1,
  reserved: 2,
  securityParametersIndex: 4,
  sequenceNumber: 8,
} as const;

/** An Authentication header (RFC 4302, 2), which IPv4 has too. */
export interface Authentication {
  readonly nextHeader: number;
  readonly securityParametersIndex: number;
  readonly sequenceNumber: number;
  readonly integrityCheckValue: Uint8Array;
}

const AUTHENTICATION_FIXED = 12;

/** Bytes of the authentication header at `at`, whose first two must be there. */
export function authenticationLength(bytes: Uint8Array, at: number): number {
  return ((bytes[at + field.length] as number) + 2) * 4;
}

export function readAuthentication(bytes: Uint8Array, at = 0, end = bytes.length): Authentication {
  need("AH", at, AUTHENTICATION_FIXED, end);
  const length = authenticationLength(bytes, at);
  if (length < AUTHENTICATION_FIXED) throw malformed("AH", `header length ${length}`);
  need("AH", at, length, end);
  return {
    nextHeader: bytes[at + field.nextHeader] as number,
    securityParametersIndex: readBe32(bytes, at + field.securityParametersIndex),
    sequenceNumber: readBe32(bytes, at + field.sequenceNumber),
    integrityCheckValue: bytes.subarray(at + AUTHENTICATION_FIXED, at + length),
  };
}

/** Bytes that {@link writeAuthentication} writes. */
export function authenticationSize({
  integrityCheckValue,
}: Pick<Authentication, "integrityCheckValue">): number {
  return (AUTHENTICATION_FIXED + integrityCheckValue.length + 3) & ~3;
}

/** @returns the offset after it */
export function writeAuthentication(value: Authentication, into: Uint8Array, at = 0): number {
  const end = at + authenticationSize(value);
  into[at + field.nextHeader] = value.nextHeader;
  into[at + field.length] = (end - at) / 4 - 2;
  writeBe16(into, at + field.reserved, 0);
  writeBe32(into, at + field.securityParametersIndex, value.securityParametersIndex);
  writeBe32(into, at + field.sequenceNumber, value.sequenceNumber);
  into.set(value.integrityCheckValue, at + AUTHENTICATION_FIXED);
  into.fill(0, at + AUTHENTICATION_FIXED + value.integrityCheckValue.length, end);
  return end;
}

/** Size of the part of an ESP packet that isn't encrypted (RFC 4303, 2). */
export const ESP_SIZE = 8;

export interface Esp {
  readonly securityParametersIndex: number;
  readonly sequenceNumber: number;
}

export function readEsp(bytes: Uint8Array, at = 0, end = bytes.length): Esp {
  need("ESP", at, ESP_SIZE, end);
  return { securityParametersIndex: readBe32(bytes, at), sequenceNumber: readBe32(bytes, at + 4) };
}

/** @returns the offset after it */
export function writeEsp(value: Esp, into: Uint8Array, at = 0): number {
  writeBe32(into, at, value.securityParametersIndex);
  writeBe32(into, at + 4, value.sequenceNumber);
  return at + ESP_SIZE;
}
