import { hostname } from "node:os";

// https://www.elastic.co/guide/en/ecs/current. Facts that have no field in the schema are under "promisc".
const ECS_VERSION = "8.17.0";

/** Returns the fields that every document has. */
export function envelope(time: string, message: string): object {
  return {
    "@timestamp": time,
    ecs: { version: ECS_VERSION },
    host: { name: hostname() },
    message,
  };
}

/** Returns the fields for the interface on which something was seen. */
export function observer(seenBy: { readonly name: string; readonly id?: string }): object {
  return { type: "promisc", ingress: { interface: seenBy } };
}
