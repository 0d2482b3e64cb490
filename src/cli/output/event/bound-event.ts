/** An event with at most this much text, in UTF-16 units, is passed on unchanged. */
const MOST_TEXT = 64 * 1024;

/**
 * How much of each list and each text is kept of a larger event. These limits are tried in order until the event is
 * small enough.
 */
const limits = [
  { items: 64, text: 4096 },
  { items: 16, text: 1024 },
  { items: 4, text: 256 },
] as const;

type Limit = (typeof limits)[number];

/** An event that is small enough for everyone who receives it. */
export interface BoundEvent<Event> {
  readonly event: Event;
  /** Whether something was left out. */
  readonly isCut: boolean;
}

/**
 * Limits the size of an event, because other users can make it large: one user can have thousands of processes share a
 * socket, or thousands of sockets hold an interface. If an event has more than 64 KiB of text, the ends of its lists
 * and texts are left out.
 */
export function boundEvent<Event>(event: Event): BoundEvent<Event> {
  let bound = { event, isCut: false };
  for (const limit of limits) {
    if (sizeOf(bound.event, MOST_TEXT) <= MOST_TEXT) break;
    bound = { event: cut(event, limit) as Event, isCut: true };
  }
  return bound;
}

/** Returns the size of all texts including the names of keys, or any number above `most` if it is larger than that. */
function sizeOf(value: unknown, most: number): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value !== "object" || value === null) return 8;
  let size = 0;
  for (const key in value) {
    size += (Array.isArray(value) ? 1 : key.length) + sizeOf(value[key as keyof typeof value], most - size);
    if (size > most) break;
  }
  return size;
}

function cut(value: unknown, limit: Limit): unknown {
  if (typeof value === "string") return value.length <= limit.text ? value : `${value.slice(0, limit.text)}…`;
  if (Array.isArray(value)) return value.slice(0, limit.items).map((item) => cut(item, limit));
  // Some objects, such as a date, have no parts to count.
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, cut(part, limit)]));
}
