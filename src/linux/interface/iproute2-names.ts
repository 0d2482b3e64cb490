import { readFileSync } from "node:fs";

/**
 * The directories where iproute2 keeps its names, the administrator's first. The first one that has the file is used.
 */
const directories = ["/etc/iproute2", "/usr/share/iproute2", "/usr/lib/iproute2"];

/**
 * Names that iproute2 prints for numbers, such as link groups: built-in ones, and those in files that users may edit.
 */
class NameTable {
  readonly #file: string;
  readonly #builtIn: Readonly<Record<number, string>>;
  #names: Map<number, string> | undefined;

  /** @param file the file's name in `/etc/iproute2` */
  constructor(file: string, builtIn: Readonly<Record<number, string>>) {
    this.#file = file;
    this.#builtIn = builtIn;
  }

  name(value: number): string | undefined {
    this.#names ??= this.#read();
    return this.#names.get(value) ?? this.#builtIn[value];
  }

  #read(): Map<number, string> {
    for (const directory of directories) {
      try {
        return parseNames(readFileSync(`${directory}/${this.#file}`, "utf8"));
      } catch {
        // Not there: iproute2 isn't installed, or keeps it elsewhere.
      }
    }
    return new Map();
  }
}

/** Parses lines that consist of a number, decimal or hexadecimal, and a name. `#` begins a comment. */
function parseNames(text: string): Map<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split("\n")) {
    const match = /^\s*(0x[0-9a-f]+|\d+)\s+([^\s#]+)/i.exec(line);
    if (match) names.set(Number(match[1]), match[2] as string);
  }
  return names;
}

export const linkGroups = new NameTable("group", { 0: "default" });

// linux/rtnetlink.h: RT_SCOPE_*
export const scopes = new NameTable("rt_scopes", {
  0: "global",
  200: "site",
  253: "link",
  254: "host",
  255: "nowhere",
});

// linux/if_addr.h: IFAPROT_*
export const addressProtocols = new NameTable("rt_addrprotos", {
  0: "unspec",
  1: "kernel_lo",
  2: "kernel_ra",
  3: "kernel_ll",
});
