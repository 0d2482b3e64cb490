/** Debian's and everyone else's name of the library that compiles filter expressions (pcap(3PCAP)). */
export const LIBPCAP_SONAMES = ["libpcap.so.0.8", "libpcap.so.1"] as const;

/** How to install it. */
export const LIBPCAP_PACKAGES =
  "sudo apt install libpcap0.8 (Fedora: dnf install libpcap; Arch: pacman -S libpcap; Alpine: apk add libpcap)";
