import { canLoadLibrary } from "../ffi/libc.js";
import { LIBPCAP_PACKAGES, LIBPCAP_SONAMES } from "../filter/libpcap.js";
import type { Facility } from "./facility.js";

const name = "libpcap";

/** Reports whether the library that compiles filter expressions is installed (pcap(3PCAP)). */
export function libpcap(): Facility {
  const found = LIBPCAP_SONAMES.find(canLoadLibrary);
  if (found) return { name, available: true, detail: found };
  return {
    name,
    available: false,
    detail: `neither ${LIBPCAP_SONAMES.join(" nor ")} is found`,
    remedy: LIBPCAP_PACKAGES,
  };
}
