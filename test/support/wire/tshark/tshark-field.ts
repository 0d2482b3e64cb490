import type { Layer, Protocol } from "../../../../src/wire/packet/dissect/layer.js";

export type Value = string | number | boolean;
type Of<Name extends Protocol> = Extract<Layer, { protocol: Name }>;

/** Returns a field of one protocol's layers. A packet may have several. */
export function of<Name extends Protocol>(
  protocol: Name,
  read: (layer: Of<Name>) => Value | readonly Value[] | undefined,
) {
  return (layer: Layer): readonly Value[] => {
    if (layer.protocol !== protocol) return [];
    const value = read(layer as Of<Name>) ?? [];
    return Array.isArray(value) ? value : [value as Value];
  };
}
