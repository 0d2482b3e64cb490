import { hostname } from "node:os";

// https://www.elastic.co/guide/en/ecs/current: what its fields can't hold is under "promisc".
const ECS_VERSION = "8.17.0";

/** What every document has. */
export function envelope(time: string, message: string): object {
  return {
    "@timestamp": time,
    ecs: { version: ECS_VERSION },
    host: { name: hostname() },
    message,
  };
}

/** On which interface it was seen. */
export function observer(seenBy: { readonly name: string; readonly id?: string }): object {
  return { type: "promisc", ingress: { interface: seenBy } };
}
