import { malformed, need } from "../../bytes.js";
import { readBe32, writeBe16, writeBe32 } from "../../network-order.js";

/**
 * Offsets from the start of an Authentication header, in bytes. The length field counts units of 4 bytes, minus 2 (RFC
 * 4302, 2).
 */
export const field = {
  nextHeader: 0,
  length: 1,
  reserved: 2,
  securityParametersIndex: 4,
  sequenceNumber: 8,
  integrityCheckValue: 12,
} as const;

/** Offsets from the start of an ESP header, in bytes (RFC 4303, 2). */
export const esp = { securityParametersIndex: 0, sequenceNumber: 4 } as const;

/** An Authentication header (RFC 4302, 2), for IPv4 or IPv6. */
export interface Authentication {
  readonly nextHeader: number;
  readonly securityParametersIndex: number;
  readonly sequenceNumber: number;
  readonly integrityCheckValue: Uint8Array;
}

// These functions read the fields of an Authentication header at `at` without checks: its first 12 bytes must lie
// within `bytes`.

/** Returns an `IPPROTO_*` value. */
export function nextHeader(bytes: Uint8Array, at: number): number {
  return bytes[at + field.nextHeader] as number;
}

export function securityParametersIndex(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + field.securityParametersIndex);
}

export function sequenceNumber(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + field.sequenceNumber);
}

/** Returns the length in bytes of the Authentication header at `at`, whose first two bytes must be there. */
export function authenticationLength(bytes: Uint8Array, at: number): number {
  return ((bytes[at + field.length] as number) + 2) * 4;
}

export function readAuthentication(bytes: Uint8Array, at = 0, end = bytes.length): Authentication {
  need("AH", at, field.integrityCheckValue, end);
  const length = authenticationLength(bytes, at);
  if (length < field.integrityCheckValue) throw malformed("AH", `header length ${length}`);
  need("AH", at, length, end);
  return {
    nextHeader: nextHeader(bytes, at),
    securityParametersIndex: securityParametersIndex(bytes, at),
    sequenceNumber: sequenceNumber(bytes, at),
    integrityCheckValue: bytes.subarray(at + field.integrityCheckValue, at + length),
  };
}

/** Returns the number of bytes that {@link writeAuthentication} writes. */
export function authenticationSize({
  integrityCheckValue,
}: Pick<Authentication, "integrityCheckValue">): number {
  return (field.integrityCheckValue + integrityCheckValue.length + 3) & ~3;
}

/**
 * Writes the header at `at`.
 * @returns the offset after it
 */
export function writeAuthentication(value: Authentication, into: Uint8Array, at = 0): number {
  const end = at + authenticationSize(value);
  into[at + field.nextHeader] = value.nextHeader;
  into[at + field.length] = (end - at) / 4 - 2;
  writeBe16(into, at + field.reserved, 0);
  writeBe32(into, at + field.securityParametersIndex, value.securityParametersIndex);
  writeBe32(into, at + field.sequenceNumber, value.sequenceNumber);
  into.set(value.integrityCheckValue, at + field.integrityCheckValue);
  into.fill(0, at + field.integrityCheckValue + value.integrityCheckValue.length, end);
  return end;
}

/** Size in bytes of the unencrypted part of an ESP packet (RFC 4303, 2). */
export const ESP_SIZE = 8;

export interface Esp {
  readonly securityParametersIndex: number;
  readonly sequenceNumber: number;
}

/** Returns the security parameters index of the ESP header at `at`, which must be there. */
export function espSecurityParametersIndex(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + esp.securityParametersIndex);
}

export function espSequenceNumber(bytes: Uint8Array, at: number): number {
  return readBe32(bytes, at + esp.sequenceNumber);
}

export function readEsp(bytes: Uint8Array, at = 0, end = bytes.length): Esp {
  need("ESP", at, ESP_SIZE, end);
  return {
    securityParametersIndex: espSecurityParametersIndex(bytes, at),
    sequenceNumber: espSequenceNumber(bytes, at),
  };
}

/**
 * Writes the header at `at`.
 * @returns the offset after it
 */
export function writeEsp(value: Esp, into: Uint8Array, at = 0): number {
  writeBe32(into, at + esp.securityParametersIndex, value.securityParametersIndex);
  writeBe32(into, at + esp.sequenceNumber, value.sequenceNumber);
  return at + ESP_SIZE;
}
