import {
  ALL_INTERFACES,
  captureInterfaces,
  defaultCaptureInterface,
  linkTypesOfInterface,
} from "../../capture/live/choose-interface.js";
import { type CaptureDevice, captureDevices } from "../../capture/live/devices.js";
import { ANY_INTERFACE } from "../../capture/live/live-interface.js";
import { canPrint } from "../../capture/print/printer.js";
import { linkTypeDescription, linkTypeName } from "../../wire/file/linktype.js";
import { printable } from "../format/text.js";
import { writeExactly, writeJson } from "../output/write.js";
import { formatLinkType } from "./link-type.js";
import type { CaptureList, CaptureRequest } from "./request.js";

/** Prints a list in tcpdump's format, or as JSON. */
export function list(what: CaptureList, { source, json }: CaptureRequest): void {
  if (what === "interfaces") {
    const interfaces = captureDevices();
    if (json) writeJson({ interfaces: interfaces.map(({ name, ...rest }) => ({ ...rest, ifname: name })) });
    else writeExactly(1, interfaces.map(formatDevice).join(""));
    return;
  }
  const named = source.kind === "live" ? source.interfaces : [];
  const names =
    named.length > 0
      ? named.flatMap((name) => (name === ALL_INTERFACES ? captureInterfaces() : [name]))
      : [defaultCaptureInterface()];
  const lists = names.map(what === "link-types" ? linkTypes : timeStampTypes);
  if (json) writeJson({ interfaces: lists.map(({ value }) => value) });
  else writeExactly(1, lists.map(({ text }) => text).join(""));
}

interface InterfaceList {
  readonly text: string;
  readonly value: object;
}

function formatDevice({ number, name, ...device }: CaptureDevice): string {
  const about = name === ANY_INTERFACE ? " (Pseudo-device that captures on all interfaces)" : "";
  return `${number}.${printable(name)}${about} [${statesOf(device).join(", ")}]\n`;
}

const connections = {
  wireless: {
    connected: ["Associated"],
    disconnected: ["Not associated"],
    unknown: ["Association status unknown"],
    "not-applicable": [],
  },
  wired: {
    connected: ["Connected"],
    disconnected: ["Disconnected"],
    unknown: ["Connection status unknown"],
    "not-applicable": [],
  },
} as const;

function statesOf({
  up,
  running,
  loopback,
  wireless,
  connection,
}: Omit<CaptureDevice, "name" | "number">): string[] {
  const flags = [
    ...(up ? ["Up"] : []),
    ...(running ? ["Running"] : []),
    ...(loopback ? ["Loopback"] : []),
    ...(wireless ? ["Wireless"] : []),
  ];
  return [
    ...(flags.length > 0 ? flags : ["none"]),
    ...connections[wireless ? "wireless" : "wired"][connection],
  ];
}

function linkTypes(ifname: string): InterfaceList {
  const types = linkTypesOfInterface(ifname);
  const lines = types.map(
    (type) => `  ${formatLinkType(type)}${canPrint(type) ? "" : " (printing not supported)"}\n`,
  );
  return {
    text: `Data link types for ${printable(ifname)} (use option -y to set):\n${lines.join("")}`,
    value: {
      ifname,
      link_types: types.map((type) => ({
        name: linkTypeName(type),
        description: linkTypeDescription(type),
        printable: canPrint(type),
      })),
    },
  };
}

/** The packet ring has the host's times only. */
function timeStampTypes(ifname: string): InterfaceList {
  // Reports an interface that doesn't exist.
  linkTypesOfInterface(ifname);
  return {
    text: `Time stamp types for ${printable(ifname)} (use option -j to set):\n  host (Host)\n`,
    value: { ifname, time_stamp_types: [{ name: "host", description: "Host" }] },
  };
}
