import { canLoadLibrary } from "../libc.js";
import type { Facility } from "./facility.js";

const name = "libpcap";

/** Debian's and everyone else's name of the same library. */
const sonames = ["libpcap.so.0.8", "libpcap.so.1"];

/** Whether the library that compiles filter expressions is installed (pcap(3PCAP)). */
export function libpcap(): Facility {
  const found = sonames.find(canLoadLibrary);
  if (found) return { name, available: true, detail: found };
  return {
    name,
    available: false,
    detail: `neither ${sonames.join(" nor ")} is found`,
    remedy:
      "sudo apt install libpcap0.8 (Fedora: dnf install libpcap; Arch: pacman -S libpcap; Alpine: apk add libpcap)",
  };
}
