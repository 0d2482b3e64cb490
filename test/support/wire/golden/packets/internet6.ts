import { hex } from "../hex.js";
import type { GoldenPacket } from "./packet.js";

export const internet6: readonly GoldenPacket[] = [
  {
    name: "tcp sack over ipv6",
    linkType: 1,
    layers: "ethernet ipv6 tcp",
    bytes: hex(`
      02 fc 00 00 00 02 # Destination: 02:fc:00:00:00:02
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      86 dd # Type: IPv6 (0x86dd)
      60 # Version: 6
      00 00 00 # Flow Label: 0x00000
      00 20 # Payload Length: 32
      06 # Next Header: TCP (6)
      40 # Hop Limit: 64
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 # Source Address: 2001:db8::1
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02 # Destination Address: 2001:db8::2
      01 bb # Source Port: 443
      9c 40 # Destination Port: 40000
      00 00 00 00 # Sequence Number: 1 (relative sequence number)
      00 00 00 00 # Acknowledgment Number: 1 (relative ack number)
      80 # Header Length: 32 bytes (8)
      10 # Congestion Window Reduced: Not set
      20 00 # Window: 8192
      5f 21 # Checksum: 0x5f21
      00 00 # Urgent Pointer: 0
      01 # TCP Option - No-Operation (NOP)
      01 # TCP Option - No-Operation (NOP)
      05 # Kind: SACK (5)
      0a # Length: 10
      00 00 00 64 # left edge = 101 (relative)
      00 00 00 c8 # right edge = 201 (relative)
    `),
  },
  {
    name: "neighbour solicitation",
    linkType: 1,
    layers: "ethernet ipv6 icmp6",
    bytes: hex(`
      33 33 ff 00 00 02 # Destination: IPv6mcast_ff:00:00:02 (33:33:ff:00:00:02)
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      86 dd # Type: IPv6 (0x86dd)
      60 # Version: 6
      00 00 00 # Flow Label: 0x00000
      00 20 # Payload Length: 32
      3a # Next Header: ICMPv6 (58)
      ff # Hop Limit: 255
      fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01 # Source Address: fe80::1
      ff 02 00 00 00 00 00 00 00 00 00 01 ff 00 00 02 # Destination Address: ff02::1:ff00:2
      87 # Type: Neighbor Solicitation (135)
      00 # Code: 0
      79 9b # Checksum: 0x799b
      00 00 00 00 # Reserved: 00000000
      fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 02 # Target Address: fe80::2
      01 # Type: Source link-layer address (1)
      01 # Length: 1 (8 bytes)
      02 fc 00 00 00 01 # Link-layer address: 02:fc:00:00:00:01
    `),
  },
  {
    name: "neighbour advertisement",
    linkType: 1,
    layers: "ethernet ipv6 icmp6",
    bytes: hex(`
      02 fc 00 00 00 02 # Destination: 02:fc:00:00:00:02
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      86 dd # Type: IPv6 (0x86dd)
      60 # Version: 6
      00 00 00 # Flow Label: 0x00000
      00 20 # Payload Length: 32
      3a # Next Header: ICMPv6 (58)
      ff # Hop Limit: 255
      fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01 # Source Address: fe80::1
      fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 02 # Destination Address: fe80::2
      88 # Type: Neighbor Advertisement (136)
      00 # Code: 0
      97 1f # Checksum: 0x971f
      e0 00 00 00 # Flags: 0xe0000000, Router, Solicited, Override
      fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01 # Target Address: fe80::1
      02 # Type: Target link-layer address (2)
      01 # Length: 1 (8 bytes)
      02 fc 00 00 00 01 # Link-layer address: 02:fc:00:00:00:01
    `),
  },
  {
    name: "router advertisement",
    linkType: 1,
    layers: "ethernet ipv6 icmp6",
    bytes: hex(`
      33 33 00 00 00 01 # Destination: IPv6mcast_01 (33:33:00:00:00:01)
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      86 dd # Type: IPv6 (0x86dd)
      60 # Version: 6
      00 00 00 # Flow Label: 0x00000
      00 58 # Payload Length: 88
      3a # Next Header: ICMPv6 (58)
      ff # Hop Limit: 255
      fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01 # Source Address: fe80::1
      ff 02 00 00 00 00 00 00 00 00 00 00 00 00 00 01 # Destination Address: ff02::1
      86 # Type: Router Advertisement (134)
      00 # Code: 0
      e1 12 # Checksum: 0xe112
      40 # Cur hop limit: 64
      48 # Flags: 0x48, Other configuration, Prf
      07 08 # Router lifetime (s): 1800
      00 00 00 01 # Reachable time (ms): 1
      00 00 00 02 # Retrans timer (ms): 2
      01 # Type: Source link-layer address (1)
      01 # Length: 1 (8 bytes)
      02 fc 00 00 00 01 # Link-layer address: 02:fc:00:00:00:01
      05 # Type: MTU (5)
      01 # Length: 1 (8 bytes)
      00 00 # Reserved
      00 00 05 dc # MTU: 1500
      03 # Type: Prefix information (3)
      04 # Length: 4 (32 bytes)
      40 # Prefix Length: 64
      c0 # Flag: 0xc0, On-link flag(L), Autonomous
      00 01 51 80 # Valid Lifetime: 86400
      00 00 38 40 # Preferred Lifetime: 14400
      00 00 00 00 # Reserved
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 00 # Prefix: 2001:db8::
      19 # Type: Recursive DNS Server (25)
      03 # Length: 3 (24 bytes)
      00 00 # Reserved
      00 00 02 58 # Lifetime: 600
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 53 # Recursive DNS Servers: 2001:db8::53
    `),
  },
  {
    name: "echo over ipv6",
    linkType: 1,
    layers: "ethernet ipv6 icmp6 data",
    bytes: hex(`
      02 fc 00 00 00 02 # Destination: 02:fc:00:00:00:02
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      86 dd # Type: IPv6 (0x86dd)
      6b # Version: 6
      81 23 45 # Flow Label: 0x12345
      00 0c # Payload Length: 12
      3a # Next Header: ICMPv6 (58)
      40 # Hop Limit: 64
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 # Source Address: 2001:db8::1
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02 # Destination Address: 2001:db8::2
      80 # Type: Echo (ping) request (128)
      00 # Code: 0
      45 70 # Checksum: 0x4570
      00 01 # Identifier: 0x0001
      00 02 # Sequence: 2
      70 69 6e 67 # Data
    `),
  },
  {
    name: "parameter problem",
    linkType: 1,
    layers: "ethernet ipv6 icmp6",
    bytes: hex(`
      02 fc 00 00 00 02 # Destination: 02:fc:00:00:00:02
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      86 dd # Type: IPv6 (0x86dd)
      60 # Version: 6
      00 00 00 # Flow Label: 0x00000
      00 40 # Payload Length: 64
      3a # Next Header: ICMPv6 (58)
      40 # Hop Limit: 64
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 # Source Address: 2001:db8::1
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02 # Destination Address: 2001:db8::2
      04 # Type: Parameter Problem (4)
      02 # Code: 2 (unrecognized IPv6 option encountered)
      47 d1 # Checksum: 0x47d1
      00 00 00 2a # Pointer: 42
      60 # Version: 6
      00 00 00 # Flow Label: 0x00000
      00 10 # Payload Length: 16
      3c # Next Header: Destination Options for IPv6 (60)
      40 # Hop Limit: 64
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02 # Source Address: 2001:db8::2
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 # Destination Address: 2001:db8::1
      3a # Next Header: ICMPv6 (58)
      00 # Length: 0
      80 # Type: Unknown (0x80)
      02 # Length: 2
      01 02 # Unknown Option Payload: 0102
      01 # Type: PadN (0x01)
      00 # Length: 0
      80 # Type: Echo (ping) request (128)
      00 # Code: 0
      24 41 # Checksum: 0x2441 [in ICMP error packet]
      00 03 # Identifier: 0x0003
      00 04 # Sequence: 4
    `),
  },
  {
    name: "mldv2 report",
    linkType: 1,
    layers: "ethernet ipv6 ipv6-hop-by-hop icmp6",
    bytes: hex(`
      33 33 00 00 00 16 # Destination: IPv6mcast_16 (33:33:00:00:00:16)
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      86 dd # Type: IPv6 (0x86dd)
      60 # Version: 6
      00 00 00 # Flow Label: 0x00000
      00 48 # Payload Length: 72
      00 # Next Header: IPv6 Hop-by-Hop Option (0)
      01 # Hop Limit: 1
      fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01 # Source Address: fe80::1
      ff 02 00 00 00 00 00 00 00 00 00 00 00 00 00 16 # Destination Address: ff02::16
      3a # Next Header: ICMPv6 (58)
      00 # Length: 0
      05 # Type: Router Alert (0x05)
      02 # Length: 2
      00 00 # Router Alert: MLD (0)
      01 # Type: PadN (0x01)
      00 # Length: 0
      8f # Type: Multicast Listener Report Message v2 (143)
      00 # Code: 0
      42 df # Checksum: 0x42df
      00 00 # Reserved: 0000
      00 02 # Number of Multicast Address Records: 2
      04 # Record Type: Changed to exclude (4)
      00 # Aux Data Len: 0
      00 00 # Number of Sources: 0
      ff 02 00 00 00 00 00 00 00 00 00 01 ff 00 00 01 # Multicast Address: ff02::1:ff00:1
      01 # Record Type: Include (1)
      00 # Aux Data Len: 0
      00 01 # Number of Sources: 1
      ff 3e 00 00 00 00 00 00 00 00 00 00 00 00 00 01 # Multicast Address: ff3e::1
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 09 # Source Address: 2001:db8::9
    `),
  },
  {
    name: "mldv1 report",
    linkType: 1,
    layers: "ethernet ipv6 icmp6",
    bytes: hex(`
      33 33 00 00 00 16 # Destination: IPv6mcast_16 (33:33:00:00:00:16)
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      86 dd # Type: IPv6 (0x86dd)
      60 # Version: 6
      00 00 00 # Flow Label: 0x00000
      00 18 # Payload Length: 24
      3a # Next Header: ICMPv6 (58)
      01 # Hop Limit: 1
      fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01 # Source Address: fe80::1
      ff 02 00 00 00 00 00 00 00 00 00 00 00 01 00 03 # Destination Address: ff02::1:3
      83 # Type: Multicast Listener Report (131)
      00 # Code: 0
      80 1d # Checksum: 0x801d
      00 00 # Maximum Response Delay [ms]: 0
      00 00 # Reserved: 0000
      ff 02 00 00 00 00 00 00 00 00 00 00 00 01 00 03 # Multicast Address: ff02::1:3
    `),
  },
  {
    name: "fragment of ipv6",
    linkType: 1,
    layers: "ethernet ipv6 ipv6-fragment udp data",
    bytes: hex(`
      02 fc 00 00 00 02 # Destination: 02:fc:00:00:00:02
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      86 dd # Type: IPv6 (0x86dd)
      60 # Version: 6
      00 00 00 # Flow Label: 0x00000
      00 18 # Payload Length: 24
      2c # Next Header: Fragment Header for IPv6 (44)
      40 # Hop Limit: 64
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 # Source Address: 2001:db8::1
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02 # Destination Address: 2001:db8::2
      11 # Next header: UDP (17)
      00 # Reserved octet: 0x00
      00 01 # Offset: 0 (0 bytes)
      00 00 ca fe # Identification: 0x0000cafe
      1b 58 23 28 00 64 11 11 61 62 63 64 65 66 67 68
    `),
  },
  {
    name: "routing header",
    linkType: 1,
    layers: "ethernet ipv6 ipv6-routing udp data",
    bytes: hex(`
      02 fc 00 00 00 02 # Destination: 02:fc:00:00:00:02
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      86 dd # Type: IPv6 (0x86dd)
      60 # Version: 6
      00 00 00 # Flow Label: 0x00000
      00 21 # Payload Length: 33
      2b # Next Header: Routing Header for IPv6 (43)
      40 # Hop Limit: 64
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 # Source Address: 2001:db8::1
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02 # Destination Address: 2001:db8::2
      11 # Next Header: UDP (17)
      02 # Length: 2
      00 # Type: Source Route (0)
      00 # Segments Left: 0
      00 00 00 00 # Reserved: 00000000
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 03 # Address[1]: 2001:db8::3
      03 e8 # Source Port: 1000
      07 d0 # Destination Port: 2000
      00 09 # Length: 9
      20 af # Checksum: 0x20af
      78 # UDP payload (1 byte)
    `),
  },
];
