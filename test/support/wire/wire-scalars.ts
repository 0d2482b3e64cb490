import fc from "fast-check";
import { decodeString } from "../../../src/wire/bytes.js";
import { formatHardwareAddress } from "../../../src/wire/hardware-address.js";
import { formatInetAddress } from "../../../src/wire/inet-address.js";

export const bits = (count: number) => fc.nat(2 ** count - 1);
export const u8 = bits(8);
export const u16 = bits(16);
export const u24 = bits(24);
export const u32 = bits(32);
export const flag = fc.boolean();
export const bytes = fc.uint8Array({ maxLength: 20 });

/** Any bytes but NUL, as the codecs read text. */
export const text = fc
  .uint8Array({ min: 1, maxLength: 20 })
  .map((each) => decodeString(each, 0, each.length));

const fixed = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
export const mac = fixed(6).map(formatHardwareAddress);
export const ipv4Address = fixed(4).map((each) => formatInetAddress(each) as string);
/** Bytes that are often zero, because otherwise there would hardly be sequences of zeros. */
export const ipv6Address = fc
  .array(fc.oneof(fc.constant(0), u8), { minLength: 16, maxLength: 16 })
  .map((each) => formatInetAddress(Uint8Array.from(each)) as string);

/** A hardware address with its number of octets. */
export const octets = (minLength: number, maxLength: number) =>
  fc
    .uint8Array({ minLength, maxLength })
    .map((each) => ({ text: formatHardwareAddress(each), length: each.length }));

/** Two values of the same kind. */
export const tuples = <Value>(each: fc.Arbitrary<Value>) => fc.tuple(each, each);

/** A record with all its properties, as a plain object like those of the codecs. */
export function plain<Value>(
  properties: { [Key in keyof Value]: fc.Arbitrary<Value[Key]> },
): fc.Arbitrary<Value> {
  return fc.record(properties, { noNullPrototype: true });
}
