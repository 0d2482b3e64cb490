/** The error that {@link guarded} bytes throw where a typed array silently returns undefined. */
class OutOfRangeRead extends Error {
  constructor(index: string, length: number) {
    super(`read at ${index} of ${length} bytes`);
  }
}

/** Returns the same bytes, but reading a byte that doesn't exist throws, also in views of them. This is slow. */
export function guarded(bytes: Uint8Array): Uint8Array {
  return new Proxy(bytes, {
    get(target, key) {
      if (typeof key === "string" && /^(-?\d|NaN|-?Infinity)/.test(key)) {
        const at = Number(key);
        if (!(at >= 0 && at < target.length)) throw new OutOfRangeRead(key, target.length);
        return target[at];
      }
      if (key === "subarray") return (start?: number, end?: number) => guarded(target.subarray(start, end));
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
