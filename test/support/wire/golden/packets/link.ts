import { hex } from "../hex.js";
import type { GoldenPacket } from "./packet.js";

export const link: readonly GoldenPacket[] = [
  {
    name: "arp request, padded",
    linkType: 1,
    layers: "ethernet arp trailer",
    bytes: hex(`
      ff ff ff ff ff ff # Destination: Broadcast (ff:ff:ff:ff:ff:ff)
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      08 06 # Type: ARP (0x0806)
      00 01 # Hardware type: Ethernet (1)
      08 00 # Protocol type: IPv4 (0x0800)
      06 # Hardware size: 6
      04 # Protocol size: 4
      00 01 # Opcode: request (1)
      02 fc 00 00 00 01 # Sender MAC address: 02:fc:00:00:00:01
      c0 00 02 01 # Sender IP address: 192.0.2.1
      00 00 00 00 00 00 # Target MAC address: 00:00:00_00:00:00 (00:00:00:00:00:00)
      c0 00 02 02 # Target IP address: 192.0.2.2
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 # Padding
    `),
  },
  {
    name: "echo in two VLAN tags",
    linkType: 1,
    layers: "ethernet vlan vlan ipv4 icmp data",
    bytes: hex(`
      02 fc 00 00 00 02 # Destination: 02:fc:00:00:00:02
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      88 a8 # Type: 802.1ad Provider Bridge (Q-in-Q) (0x88a8)
      a0 64 # ID: 100
      81 00 # Type: 802.1Q Virtual LAN (0x8100)
      10 c8 # Priority: Best Effort (default) (0)
      08 00 # Type: IPv4 (0x0800)
      45 # Version: 4
      00 # Differentiated Services Field: 0x00
      00 20 # Total Length: 32
      00 01 # Identification: 0x0001 (1)
      00 00 # Fragment Offset: 0
      40 # Time to Live: 64
      01 # Protocol: ICMP (1)
      f6 d8 # Header Checksum: 0xf6d8
      c0 00 02 01 # Source Address: 192.0.2.1
      c0 00 02 02 # Destination Address: 192.0.2.2
      08 # Type: 8 (Echo (ping) request)
      00 # Code: 0
      06 f4 # Checksum: 0x06f4
      12 34 # Identifier (BE): 4660 (0x1234)
      00 07 # Sequence Number (BE): 7 (0x0007)
      70 69 6e 67 # Data
    `),
  },
  {
    name: "lldp",
    linkType: 1,
    layers: "ethernet lldp",
    bytes: hex(`
      01 80 c2 00 00 0e # Destination: LLDP_Multicast (01:80:c2:00:00:0e)
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      88 cc # Type: 802.1 Link Layer Discovery Protocol (LLDP) (0x88cc)
      02 07 # TLV Type: Chassis Id (1)
      04 # Chassis Id Subtype: MAC address (4)
      02 fc 00 00 00 01 # Chassis Id: 02:fc:00:00:00:01
      04 05 # TLV Type: Port Id (2)
      05 # Port Id Subtype: Interface name (5)
      65 74 68 30 # Port Id: eth0
      06 02 # TLV Type: Time to Live (3)
      00 78 # Seconds: 120
      0a 06 # TLV Type: System Name (5)
      73 77 69 74 63 68 # System Name: switch
      0c 08 # TLV Type: System Description (6)
      61 20 73 77 69 74 63 68 # System Description: a switch
      0e 04 # TLV Type: System Capabilities (7)
      00 14 # Capabilities: 0x0014
      00 04 # Enabled Capabilities: 0x0004
      10 0c # TLV Type: Management Address (8)
      05 # Address String Length: 5
      01 # Address Subtype: IPv4 (1)
      c0 00 02 03 # Management Address: 192.0.2.3
      02 # Interface Subtype: ifIndex (2)
      00 00 00 07 # Interface Number: 7
      00 # OID String Length: 0
      00 00 # End of LLDPDU
    `),
  },
  {
    name: "spanning tree",
    linkType: 1,
    layers: "ethernet llc stp trailer",
    bytes: hex(`
      01 80 c2 00 00 00 # Destination: Spanning-tree-(for-bridges)_00
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      00 26 # Length: 38
      42 # DSAP: Spanning Tree BPDU (0x42)
      42 # SSAP: Spanning Tree BPDU (0x42)
      03 # Control field: U, func=UI (0x03)
      00 00 # Protocol Identifier: Spanning Tree Protocol (0x0000)
      00 # Protocol Version Identifier: Spanning Tree (0)
      00 # BPDU Type: Configuration (0x00)
      00 # BPDU flags: 0x00
      80 00 # Root Bridge System ID Extension: 0
      02 fc 00 00 00 01 # Root Bridge System ID: 02:fc:00:00:00:01
      00 00 00 04 # Root Path Cost: 4
      80 01 # Bridge System ID Extension: 1
      02 fc 00 00 00 02 # Bridge System ID: 02:fc:00:00:00:02
      80 01 # Port identifier: 0x8001
      01 00 # Message Age: 1
      14 00 # Max Age: 20
      02 00 # Hello Time: 2
      0f 00 # Forward Delay: 15
      00 00 00 00 00 00 00 00 # Padding
    `),
  },
  {
    name: "snap",
    linkType: 1,
    layers: "ethernet llc ipv4 udp data",
    bytes: hex(`
      02 fc 00 00 00 02 # Destination: 02:fc:00:00:00:02
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      00 25 # Length: 37
      aa # DSAP: SNAP (0xaa)
      aa # SSAP: SNAP (0xaa)
      03 # Control field: U, func=UI (0x03)
      00 00 00 # Organization Code: 00:00:00
      08 00 # Type: IPv4 (0x0800)
      45 # Version: 4
      00 # Differentiated Services Field: 0x00
      00 1d # Total Length: 29
      00 01 # Identification: 0x0001 (1)
      00 00 # Fragment Offset: 0
      40 # Time to Live: 64
      11 # Protocol: UDP (17)
      f6 cb # Header Checksum: 0xf6cb
      c0 00 02 01 # Source Address: 192.0.2.1
      c0 00 02 02 # Destination Address: 192.0.2.2
      00 07 # Source Port: 7
      00 09 # Destination Port: 9
      00 09 # Length: 9
      03 c8 # Checksum: 0x03c8
      78 # UDP payload (1 byte)
    `),
  },
  {
    name: "cooked",
    linkType: 113,
    layers: "sll ipv4 udp data",
    bytes: hex(`
      00 04 # Packet type: Sent by us (4)
      00 01 # Link-layer address type: Ethernet (1)
      00 06 # Link-layer address length: 6
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      00 00 # Unused: 0000
      08 00 # Protocol: IPv4 (0x0800)
      45 # Version: 4
      00 # Differentiated Services Field: 0x00
      00 1d # Total Length: 29
      00 01 # Identification: 0x0001 (1)
      00 00 # Fragment Offset: 0
      40 # Time to Live: 64
      11 # Protocol: UDP (17)
      f6 cb # Header Checksum: 0xf6cb
      c0 00 02 01 # Source Address: 192.0.2.1
      c0 00 02 02 # Destination Address: 192.0.2.2
      03 e8 # Source Port: 1000
      07 d0 # Destination Port: 2000
      00 09 # Length: 9
      f8 1f # Checksum: 0xf81f
      78 # UDP payload (1 byte)
    `),
  },
  {
    name: "cooked v2",
    linkType: 276,
    layers: "sll2 ipv4 udp data",
    bytes: hex(`
      08 00 # Protocol: IPv4 (0x0800)
      00 00
      00 00 00 03 # Interface index: 3
      00 01 # Link-layer address type: Ethernet (1)
      04 # Packet type: Sent by us (4)
      06 # Link-layer address length: 6
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      00 00 # Unused: 0000
      45 # Version: 4
      00 # Differentiated Services Field: 0x00
      00 1d # Total Length: 29
      00 01 # Identification: 0x0001 (1)
      00 00 # Fragment Offset: 0
      40 # Time to Live: 64
      11 # Protocol: UDP (17)
      f6 cb # Header Checksum: 0xf6cb
      c0 00 02 01 # Source Address: 192.0.2.1
      c0 00 02 02 # Destination Address: 192.0.2.2
      03 e8 # Source Port: 1000
      07 d0 # Destination Port: 2000
      00 09 # Length: 9
      f8 1f # Checksum: 0xf81f
      78 # UDP payload (1 byte)
    `),
  },
  {
    name: "bsd loopback",
    linkType: 0,
    layers: "null ipv6 udp data",
    bytes: hex(`
      1e 00 00 00 # Family: IPv6 (30)
      60 # Version: 6
      00 00 00 # Flow Label: 0x00000
      00 09 # Payload Length: 9
      11 # Next Header: UDP (17)
      40 # Hop Limit: 64
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 # Source Address: 2001:db8::1
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02 # Destination Address: 2001:db8::2
      03 e8 # Source Port: 1000
      07 d0 # Destination Port: 2000
      00 09 # Length: 9
      20 af # Checksum: 0x20af
      78 # UDP payload (1 byte)
    `),
  },
  {
    name: "openbsd loopback",
    linkType: 108,
    layers: "null ipv4 udp data",
    bytes: hex(`
      00 00 00 02 # Family: IP (2)
      45 # Version: 4
      00 # Differentiated Services Field: 0x00
      00 1d # Total Length: 29
      00 01 # Identification: 0x0001 (1)
      00 00 # Fragment Offset: 0
      40 # Time to Live: 64
      11 # Protocol: UDP (17)
      f6 cb # Header Checksum: 0xf6cb
      c0 00 02 01 # Source Address: 192.0.2.1
      c0 00 02 02 # Destination Address: 192.0.2.2
      03 e8 # Source Port: 1000
      07 d0 # Destination Port: 2000
      00 09 # Length: 9
      f8 1f # Checksum: 0xf81f
      78 # UDP payload (1 byte)
    `),
  },
  {
    name: "raw ipv6",
    linkType: 101,
    layers: "ipv6 udp data",
    bytes: hex(`
      60 # Version: 6
      00 00 00 # Flow Label: 0x00000
      00 09 # Payload Length: 9
      11 # Next Header: UDP (17)
      40 # Hop Limit: 64
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 # Source Address: 2001:db8::1
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02 # Destination Address: 2001:db8::2
      03 e8 # Source Port: 1000
      07 d0 # Destination Port: 2000
      00 09 # Length: 9
      20 af # Checksum: 0x20af
      78 # UDP payload (1 byte)
    `),
  },
  {
    name: "raw ipv4",
    linkType: 228,
    layers: "ipv4 icmp",
    bytes: hex(`
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
      0b # Type: 11 (Time-to-live exceeded)
      00 # Code: 0 (Time to live exceeded in transit)
      e1 50 # Checksum: 0xe150
      00 00 00 00 # Unused: 00000000
      45 # Version: 4
      00 # Differentiated Services Field: 0x00
      00 1c # Total Length: 28
      00 01 # Identification: 0x0001 (1)
      00 00 # Fragment Offset: 0
      01 # Time to Live: 1
      11 # Protocol: UDP (17)
      cd 99 # Header Checksum: 0xcd99
      c0 00 02 02 # Source Address: 192.0.2.2
      c6 33 64 01 # Destination Address: 198.51.100.1
      03 e8 # Source Port: 1000
      07 d0 # Destination Port: 2000
      00 08 # Length: 8
      07 ef # Checksum: 0x07ef
    `),
  },
];
