import { formatHex } from "../../hardware-address.js";
import type { Layer } from "./layer.js";

/** What JSON has. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Layers as JSON has them: the same, but bytes are hexadecimal digits. Nothing in the result is a view any more. */
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
