import { hex } from "../hex.js";
import type { GoldenPacket } from "./packet.js";

export const internet: readonly GoldenPacket[] = [
  {
    name: "igmp report with router alert",
    linkType: 1,
    layers: "ethernet ipv4 igmp",
    bytes: hex(`
      01 00 5e 01 02 03 # Destination: IPv4mcast_01:02:03 (01:00:5e:01:02:03)
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      08 00 # Type: IPv4 (0x0800)
      46 # Version: 4
      00 # Differentiated Services Field: 0x00
      00 20 # Total Length: 32
      00 01 # Identification: 0x0001 (1)
      00 00 # Fragment Offset: 0
      01 # Time to Live: 1
      02 # Protocol: IGMP (2)
      71 d1 # Header Checksum: 0x71d1
      c0 00 02 01 # Source Address: 192.0.2.1
      ef 01 02 03 # Destination Address: 239.1.2.3
      94 # Type: 148
      04 # Length: 4
      00 00 # Router Alert: Router shall examine packet (0)
      16 # Type: Membership Report (0x16)
      14 # Max Resp Time: 2.0 sec (0x14)
      f8 e6 # Checksum: 0xf8e6
      ef 01 02 03 # Multicast Address: 239.1.2.3
    `),
  },
  {
    name: "igmpv3 report",
    linkType: 1,
    layers: "ethernet ipv4 igmp",
    bytes: hex(`
      01 00 5e 00 00 16 # Destination: IPv4mcast_16 (01:00:5e:00:00:16)
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      08 00 # Type: IPv4 (0x0800)
      45 # Version: 4
      c0 # Differentiated Services Field: 0xc0
      00 34 # Total Length: 52
      00 01 # Identification: 0x0001 (1)
      00 00 # Fragment Offset: 0
      01 # Time to Live: 1
      02 # Protocol: IGMP (2)
      16 f0 # Header Checksum: 0x16f0
      c0 00 02 01 # Source Address: 192.0.2.1
      e0 00 00 16 # Destination Address: 224.0.0.22
      22 # Type: Membership Report (0x22)
      00 # Reserved: 00
      7a df # Checksum: 0x7adf
      00 00 # Reserved: 0000
      00 02 # Num Group Records: 2
      04 # Record Type: Change To Exclude Mode (4)
      00 # Aux Data Len: 0
      00 00 # Num Src: 0
      ef 01 02 03 # Multicast Address: 239.1.2.3
      01 # Record Type: Mode Is Include (1)
      00 # Aux Data Len: 0
      00 02 # Num Src: 2
      e8 01 01 01 # Multicast Address: 232.1.1.1
      c0 00 02 09 # Source Address: 192.0.2.9
      c0 00 02 0a # Source Address: 192.0.2.10
    `),
  },
  {
    name: "igmpv3 query",
    linkType: 1,
    layers: "ethernet ipv4 igmp",
    bytes: hex(`
      01 00 5e 00 00 01 # Destination: IPv4mcast_01 (01:00:5e:00:00:01)
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      08 00 # Type: IPv4 (0x0800)
      45 # Version: 4
      c0 # Differentiated Services Field: 0xc0
      00 24 # Total Length: 36
      00 01 # Identification: 0x0001 (1)
      00 00 # Fragment Offset: 0
      01 # Time to Live: 1
      02 # Protocol: IGMP (2)
      17 15 # Header Checksum: 0x1715
      c0 00 02 01 # Source Address: 192.0.2.1
      e0 00 00 01 # Destination Address: 224.0.0.1
      11 # Type: Membership Query (0x11)
      64 # Max Resp Time: 10.0 sec (0x64)
      2a 16 # Checksum: 0x2a16
      00 00 00 00 # Multicast Address: 0.0.0.0
      02 # S: Do not suppress router side processing
      7d # QQIC: 125
      00 01 # Num Src: 1
      c0 00 02 07 # Source Address: 192.0.2.7
    `),
  },
  {
    name: "tcp syn",
    linkType: 1,
    layers: "ethernet ipv4 tcp",
    bytes: hex(`
      02 fc 00 00 00 02 # Destination: 02:fc:00:00:00:02
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      08 00 # Type: IPv4 (0x0800)
      45 # Version: 4
      12 # Differentiated Services Field: 0x12
      00 3c # Total Length: 60
      00 01 # Identification: 0x0001 (1)
      40 00 # Fragment Offset: 0
      40 # Time to Live: 64
      06 # Protocol: TCP (6)
      b6 a5 # Header Checksum: 0xb6a5
      c0 00 02 01 # Source Address: 192.0.2.1
      c0 00 02 02 # Destination Address: 192.0.2.2
      9c 40 # Source Port: 40000
      01 bb # Destination Port: 443
      12 34 56 78 # Sequence Number: 0 (relative sequence number)
      00 00 00 00 # Acknowledgment Number: 0
      a0 # Header Length: 40 bytes (10)
      c2 # Congestion Window Reduced: Set
      fa f0 # Window: 64240
      bd bb # Checksum: 0xbdbb
      00 00 # Urgent Pointer: 0
      02 # Kind: Maximum Segment Size (2)
      04 # Length: 4
      05 b4 # MSS Value: 1460
      04 # Kind: SACK Permitted (4)
      02 # Length: 2
      08 # Kind: Time Stamp Option (8)
      0a # Length: 10
      00 00 03 e8 # Timestamp value: 1000
      00 00 00 00 # Timestamp echo reply: 0
      01 # TCP Option - No-Operation (NOP)
      03 # Kind: Window Scale (3)
      03 # Length: 3
      07 # Shift count: 7
    `),
  },
  {
    name: "tcp data with a wrong checksum",
    linkType: 1,
    layers: "ethernet ipv4 tcp data",
    bytes: hex(`
      02 fc 00 00 00 02 # Destination: 02:fc:00:00:00:02
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      08 00 # Type: IPv4 (0x0800)
      45 # Version: 4
      00 # Differentiated Services Field: 0x00
      00 2d # Total Length: 45
      00 01 # Identification: 0x0001 (1)
      00 00 # Fragment Offset: 0
      40 # Time to Live: 64
      06 # Protocol: TCP (6)
      f6 c6 # Header Checksum: 0xf6c6
      c0 00 02 01 # Source Address: 192.0.2.1
      c0 00 02 02 # Destination Address: 192.0.2.2
      01 bb # Source Port: 443
      9c 40 # Destination Port: 40000
      00 00 00 01 # Sequence Number: 1 (relative sequence number)
      00 00 00 02 # Acknowledgment Number: 1 (relative ack number)
      50 # Header Length: 20 bytes (5)
      18 # Congestion Window Reduced: Not set
      20 00 # Window: 8192
      12 34 # Checksum: 0x1234
      00 00 # Urgent Pointer: 0
      68 65 6c 6c 6f # TCP payload (5 bytes)
    `),
  },
  {
    name: "port unreachable",
    linkType: 1,
    layers: "ethernet ipv4 icmp",
    bytes: hex(`
      02 fc 00 00 00 02 # Destination: 02:fc:00:00:00:02
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      08 00 # Type: IPv4 (0x0800)
      45 # Version: 4
      00 # Differentiated Services Field: 0x00
      00 3e # Total Length: 62
      00 01 # Identification: 0x0001 (1)
      00 00 # Fragment Offset: 0
      40 # Time to Live: 64
      01 # Protocol: ICMP (1)
      f6 ba # Header Checksum: 0xf6ba
      c0 00 02 01 # Source Address: 192.0.2.1
      c0 00 02 02 # Destination Address: 192.0.2.2
      03 # Type: 3 (Destination unreachable)
      03 # Code: 3 (Port unreachable)
      81 20 # Checksum: 0x8120
      00 00 00 00 # Unused: 00000000
      45 # Version: 4
      00 # Differentiated Services Field: 0x00
      00 22 # Total Length: 34
      00 01 # Identification: 0x0001 (1)
      00 00 # Fragment Offset: 0
      40 # Time to Live: 64
      11 # Protocol: UDP (17)
      f6 c6 # Header Checksum: 0xf6c6
      c0 00 02 02 # Source Address: 192.0.2.2
      c0 00 02 01 # Destination Address: 192.0.2.1
      03 e8 # Source Port: 1000
      07 d0 # Destination Port: 2000
      00 0e # Length: 14
      29 c8 # Checksum: 0x29c8
      71 75 6f 74 65 64 # UDP payload (6 bytes)
    `),
  },
  {
    name: "fragmentation needed",
    linkType: 1,
    layers: "ethernet ipv4 icmp",
    bytes: hex(`
      02 fc 00 00 00 02 # Destination: 02:fc:00:00:00:02
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      08 00 # Type: IPv4 (0x0800)
      45 # Version: 4
      00 # Differentiated Services Field: 0x00
      00 38 # Total Length: 56
      00 01 # Identification: 0x0001 (1)
      00 00 # Fragment Offset: 0
      40 # Time to Live: 64
      01 # Protocol: ICMP (1)
      f6 c0 # Header Checksum: 0xf6c0
      c0 00 02 01 # Source Address: 192.0.2.1
      c0 00 02 02 # Destination Address: 192.0.2.2
      03 # Type: 3 (Destination unreachable)
      04 # Code: 4 (Fragmentation needed)
      f7 80 # Checksum: 0xf780
      00 00 # Unused: 0000
      05 78 # MTU of next hop: 1400
      45 # Version: 4
      00 # Differentiated Services Field: 0x00
      05 dc # Total Length: 1500
      00 01 # Identification: 0x0001 (1)
      00 00 # Fragment Offset: 0
      40 # Time to Live: 64
      06 # Protocol: TCP (6)
      f1 17 # Header Checksum: 0xf117
      c0 00 02 02 # Source Address: 192.0.2.2
      c0 00 02 01 # Destination Address: 192.0.2.1
      00 01 # Source Port: 1
      00 02 # Destination Port: 2
      00 00 00 00 # Sequence Number: 0
    `),
  },
  {
    name: "redirect",
    linkType: 1,
    layers: "ethernet ipv4 icmp",
    bytes: hex(`
      02 fc 00 00 00 02 # Destination: 02:fc:00:00:00:02
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      08 00 # Type: IPv4 (0x0800)
      45 # Version: 4
      00 # Differentiated Services Field: 0x00
      00 38 # Total Length: 56
      00 01 # Identification: 0x0001 (1)
      00 00 # Fragment Offset: 0
      40 # Time to Live: 64
      01 # Protocol: ICMP (1)
      f6 c0 # Header Checksum: 0xf6c0
      c0 00 02 01 # Source Address: 192.0.2.1
      c0 00 02 02 # Destination Address: 192.0.2.2
      05 # Type: 5 (Redirect)
      01 # Code: 1 (Redirect for host)
      24 51 # Checksum: 0x2451
      c0 00 02 fe # Gateway Address: 192.0.2.254
      45 # Version: 4
      00 # Differentiated Services Field: 0x00
      00 1c # Total Length: 28
      00 01 # Identification: 0x0001 (1)
      00 00 # Fragment Offset: 0
      40 # Time to Live: 64
      11 # Protocol: UDP (17)
      8e 99 # Header Checksum: 0x8e99
      c0 00 02 02 # Source Address: 192.0.2.2
      c6 33 64 01 # Destination Address: 198.51.100.1
      03 e8 # Source Port: 1000
      07 d0 # Destination Port: 2000
      00 08 # Length: 8
      07 ef # Checksum: 0x07ef
    `),
  },
  {
    name: "first fragment",
    linkType: 1,
    layers: "ethernet ipv4 udp data",
    bytes: hex(`
      02 fc 00 00 00 02 # Destination: 02:fc:00:00:00:02
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      08 00 # Type: IPv4 (0x0800)
      45 # Version: 4
      00 # Differentiated Services Field: 0x00
      00 24 # Total Length: 36
      00 09 # Identification: 0x0009 (9)
      20 00 # Fragment Offset: 0
      40 # Time to Live: 64
      11 # Protocol: UDP (17)
      d6 bc # Header Checksum: 0xd6bc
      c0 00 02 01 # Source Address: 192.0.2.1
      c0 00 02 02 # Destination Address: 192.0.2.2
      1b 58 23 28 00 64 11 11 61 62 63 64 65 66 67 68
    `),
  },
  {
    name: "later fragment",
    linkType: 1,
    layers: "ethernet ipv4 data",
    bytes: hex(`
      02 fc 00 00 00 02 # Destination: 02:fc:00:00:00:02
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      08 00 # Type: IPv4 (0x0800)
      45 # Version: 4
      00 # Differentiated Services Field: 0x00
      00 1c # Total Length: 28
      00 09 # Identification: 0x0009 (9)
      00 02 # Fragment Offset: 16
      40 # Time to Live: 64
      11 # Protocol: UDP (17)
      f6 c2 # Header Checksum: 0xf6c2
      c0 00 02 01 # Source Address: 192.0.2.1
      c0 00 02 02 # Destination Address: 192.0.2.2
      69 6a 6b 6c 6d 6e 6f 70
    `),
  },
  {
    name: "ah",
    linkType: 1,
    layers: "ethernet ipv4 ah udp data",
    bytes: hex(`
      02 fc 00 00 00 02 # Destination: 02:fc:00:00:00:02
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      08 00 # Type: IPv4 (0x0800)
      45 # Version: 4
      00 # Differentiated Services Field: 0x00
      00 35 # Total Length: 53
      00 01 # Identification: 0x0001 (1)
      00 00 # Fragment Offset: 0
      40 # Time to Live: 64
      33 # Protocol: Authentication Header (51)
      f6 91 # Header Checksum: 0xf691
      c0 00 02 01 # Source Address: 192.0.2.1
      c0 00 02 02 # Destination Address: 192.0.2.2
      11 # Next header: UDP (17)
      04 # Length: 4 (24 bytes)
      00 00 # Reserved: 0000
      00 00 00 05 # AH SPI: 0x00000005
      00 00 00 06 # AH Sequence: 6
      aa aa aa aa aa aa aa aa aa aa aa aa # AH ICV: aaaaaaaaaaaaaaaaaaaaaaaa
      03 e8 # Source Port: 1000
      07 d0 # Destination Port: 2000
      00 09 # Length: 9
      00 00 # Checksum: 0x0000 [zero-value ignored]
      78 # UDP payload (1 byte)
    `),
  },
  {
    name: "esp",
    linkType: 1,
    layers: "ethernet ipv4 esp data",
    bytes: hex(`
      02 fc 00 00 00 02 # Destination: 02:fc:00:00:00:02
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      08 00 # Type: IPv4 (0x0800)
      45 # Version: 4
      00 # Differentiated Services Field: 0x00
      00 25 # Total Length: 37
      00 01 # Identification: 0x0001 (1)
      00 00 # Fragment Offset: 0
      40 # Time to Live: 64
      32 # Protocol: Encap Security Payload (50)
      f6 a2 # Header Checksum: 0xf6a2
      c0 00 02 01 # Source Address: 192.0.2.1
      c0 00 02 02 # Destination Address: 192.0.2.2
      00 00 10 00 # ESP SPI: 0x00001000 (4096)
      00 00 00 01 # ESP Sequence: 1
      65 6e 63 72 79 70 74 65 64
    `),
  },
  {
    name: "ip in ip",
    linkType: 1,
    layers: "ethernet ipv4 ipv4 icmp",
    bytes: hex(`
      02 fc 00 00 00 02 # Destination: 02:fc:00:00:00:02
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      08 00 # Type: IPv4 (0x0800)
      45 # Version: 4
      00 # Differentiated Services Field: 0x00
      00 30 # Total Length: 48
      00 01 # Identification: 0x0001 (1)
      00 00 # Fragment Offset: 0
      40 # Time to Live: 64
      04 # Protocol: IPIP (4)
      f6 c5 # Header Checksum: 0xf6c5
      c0 00 02 01 # Source Address: 192.0.2.1
      c0 00 02 02 # Destination Address: 192.0.2.2
      45 # Version: 4
      00 # Differentiated Services Field: 0x00
      00 1c # Total Length: 28
      00 01 # Identification: 0x0001 (1)
      00 00 # Fragment Offset: 0
      40 # Time to Live: 64
      01 # Protocol: ICMP (1)
      26 76 # Header Checksum: 0x2676
      c6 33 64 01 # Source Address: 198.51.100.1
      c6 33 64 02 # Destination Address: 198.51.100.2
      00 # Type: 0 (Echo (ping) reply)
      00 # Code: 0
      ff fd # Checksum: 0xfffd
      00 01 # Identifier (BE): 1 (0x0001)
      00 01 # Sequence Number (BE): 1 (0x0001)
    `),
  },
];
