import { formatHex } from "../../hardware-address.js";
import type { Layer } from "./layer.js";

/** A value that JSON can represent. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * Converts layers to JSON values: byte arrays become lower-case hexadecimal strings. The result contains no views.
 * @param layers layers returned by `dissect`
 * @returns a value that `JSON.stringify` accepts
 */
export function layersToJson(layers: readonly Layer[]): JsonValue {
  return toJson(layers);
}

function toJson(value: unknown): JsonValue {
  if (value instanceof Uint8Array) return formatHex(value);
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== "object" || value === null) return value as JsonValue;
  const copy: Record<string, JsonValue> = {};
  for (const key in value) copy[key] = toJson((value as Record<string, unknown>)[key]);
  return copy;
}
