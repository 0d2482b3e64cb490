import { hex } from "../hex.js";
import type { GoldenPacket } from "./packet.js";

export const application: readonly GoldenPacket[] = [
  {
    name: "dns query",
    linkType: 1,
    layers: "ethernet ipv4 udp dns",
    bytes: hex(`
      02 fc 00 00 00 02 # Destination: 02:fc:00:00:00:02
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      08 00 # Type: IPv4 (0x0800)
      45 # Version: 4
      00 # Differentiated Services Field: 0x00
      00 44 # Total Length: 68
      00 01 # Identification: 0x0001 (1)
      00 00 # Fragment Offset: 0
      40 # Time to Live: 64
      11 # Protocol: UDP (17)
      f6 a4 # Header Checksum: 0xf6a4
      c0 00 02 01 # Source Address: 192.0.2.1
      c0 00 02 02 # Destination Address: 192.0.2.2
      13 88 # Source Port: 5000
      00 35 # Destination Port: 53
      00 30 # Length: 48
      67 97 # Checksum: 0x6797
      ab cd # Transaction ID: 0xabcd
      01 00 # Flags: 0x0100 Standard query
      00 01 # Questions: 1
      00 00 # Answer RRs: 0
      00 00 # Authority RRs: 0
      00 01 # Additional RRs: 1
      07 65 78 61 6d 70 6c 65 03 63 6f 6d 00 # Name: example.com
      00 01 # Type: A (Host Address) (1)
      00 01 # Class: IN (0x0001)
      00 # Name: <Root>
      00 29 # Type: OPT (41)
      04 d0 # UDP payload size: 1232
      00 # Higher bits in extended RCODE: 0x00
      00 # EDNS0 version: 0
      80 00 # Z: 0x8000
      00 00 # Data length: 0
    `),
  },
  {
    name: "dns response, compressed",
    linkType: 1,
    layers: "ethernet ipv4 udp dns",
    bytes: hex(`
      02 fc 00 00 00 02 # Destination: 02:fc:00:00:00:02
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      08 00 # Type: IPv4 (0x0800)
      45 # Version: 4
      00 # Differentiated Services Field: 0x00
      00 f6 # Total Length: 246
      00 01 # Identification: 0x0001 (1)
      00 00 # Fragment Offset: 0
      40 # Time to Live: 64
      11 # Protocol: UDP (17)
      f5 f2 # Header Checksum: 0xf5f2
      c0 00 02 01 # Source Address: 192.0.2.1
      c0 00 02 02 # Destination Address: 192.0.2.2
      00 35 # Source Port: 53
      13 88 # Destination Port: 5000
      00 e2 # Length: 226
      6d 12 # Checksum: 0x6d12
      ab cd # Transaction ID: 0xabcd
      85 80 # Flags: 0x8580 Standard query response, No error
      00 01 # Questions: 1
      00 06 # Answer RRs: 6
      00 01 # Authority RRs: 1
      00 00 # Additional RRs: 0
      07 65 78 61 6d 70 6c 65 03 63 6f 6d 00 # Name: example.com
      00 ff # Type: *
      00 01 # Class: IN (0x0001)
      c0 0c # Name: example.com
      00 05 # Type: CNAME (Canonical NAME for an alias) (5)
      00 01 # Class: IN (0x0001)
      00 00 00 3c # Time to live: 60 (1 minute)
      00 06 # Data length: 6
      03 77 77 77 c0 0c # CNAME: www.example.com
      c0 29 # Name: www.example.com
      00 01 # Type: A (Host Address) (1)
      00 01 # Class: IN (0x0001)
      00 00 00 3c # Time to live: 60 (1 minute)
      00 04 # Data length: 4
      c0 00 02 50 # Address: 192.0.2.80
      c0 29 # Name: www.example.com
      00 1c # Type: AAAA (IPv6 Address) (28)
      00 01 # Class: IN (0x0001)
      00 00 00 3c # Time to live: 60 (1 minute)
      00 10 # Data length: 16
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 80 # AAAA Address: 2001:db8::80
      c0 0c # Name: example.com
      00 0f # Type: MX (Mail eXchange) (15)
      00 01 # Class: IN (0x0001)
      00 00 00 05 # Time to live: 5 (5 seconds)
      00 09 # Data length: 9
      00 0a # Preference: 10
      04 6d 61 69 6c c0 0c # Mail Exchange: mail.example.com
      c0 0c # Name: example.com
      00 10 # Type: TXT (Text strings) (16)
      00 01 # Class: IN (0x0001)
      00 00 00 3c # Time to live: 60 (1 minute)
      00 10 # Data length: 16
      0b # TXT Length: 11
      76 3d 73 70 66 31 20 2d 61 6c 6c # TXT: v=spf1 -all
      03 # TXT Length: 3
      74 77 6f # TXT: two
      04 5f 73 69 70 04 5f 74 63 70 c0 0c # Service: _sip
      00 21 # Type: SRV (Server Selection) (33)
      00 01 # Class: IN (0x0001)
      00 00 00 09 # Time to live: 9 (9 seconds)
      00 0c # Data length: 12
      00 01 # Priority: 1
      00 02 # Weight: 2
      13 c4 # Port: 5060
      03 73 69 70 c0 0c # Target: sip.example.com
      c0 0c # Name: example.com
      00 06 # Type: SOA (Start Of a zone of Authority) (6)
      00 01 # Class: IN (0x0001)
      00 00 00 07 # Time to live: 7 (7 seconds)
      00 20 # Data length: 32
      02 6e 73 c0 0c # Primary name server: ns.example.com
      04 72 6f 6f 74 c0 0c # Responsible authority's mailbox: root.example.com
      00 00 07 e8 # Serial Number: 2024
      00 00 00 01 # Refresh Interval: 1 (1 second)
      00 00 00 02 # Retry Interval: 2 (2 seconds)
      00 00 00 03 # Expire limit: 3 (3 seconds)
      00 00 00 04 # Minimum TTL: 4 (4 seconds)
    `),
  },
  {
    name: "mdns response",
    linkType: 1,
    layers: "ethernet ipv4 udp mdns",
    bytes: hex(`
      01 00 5e 00 00 fb # Destination: IPv4mcast_fb (01:00:5e:00:00:fb)
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      08 00 # Type: IPv4 (0x0800)
      45 # Version: 4
      00 # Differentiated Services Field: 0x00
      00 79 # Total Length: 121
      00 01 # Identification: 0x0001 (1)
      00 00 # Fragment Offset: 0
      ff # Time to Live: 255
      11 # Protocol: UDP (17)
      18 76 # Header Checksum: 0x1876
      c0 00 02 01 # Source Address: 192.0.2.1
      e0 00 00 fb # Destination Address: 224.0.0.251
      14 e9 # Source Port: 5353
      14 e9 # Destination Port: 5353
      00 65 # Length: 101
      60 5a # Checksum: 0x605a
      00 00 # Transaction ID: 0x0000
      84 00 # Flags: 0x8400 Standard query response, No error
      00 00 # Questions: 0
      00 02 # Answer RRs: 2
      00 00 # Authority RRs: 0
      00 00 # Additional RRs: 0
      04 5f 69 70 70 04 5f 74 63 70 05 6c 6f 63 61 6c 00 # Name: _ipp._tcp.local
      00 0c # Type: PTR (domain name PoinTeR) (12)
      00 01 # Class: IN (0x0001)
      00 00 00 78 # Time to live: 120 (2 minutes)
      00 19 # Data length: 25
      07 50 72 69 6e 74 65 72 04 5f 69 70 70 04 5f 74 63 70 05 6c 6f 63 61 6c 00 # Domain Name: Printer._ipp._tcp.local
      07 70 72 69 6e 74 65 72 05 6c 6f 63 61 6c 00 # Name: printer.local
      00 01 # Type: A (Host Address) (1)
      80 01 # Class: IN (0x0001)
      00 00 00 78 # Time to live: 120 (2 minutes)
      00 04 # Data length: 4
      c0 00 02 01 # Address: 192.0.2.1
    `),
  },
  {
    name: "dns over tcp",
    linkType: 1,
    layers: "ethernet ipv4 tcp dns",
    bytes: hex(`
      02 fc 00 00 00 02 # Destination: 02:fc:00:00:00:02
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      08 00 # Type: IPv4 (0x0800)
      45 # Version: 4
      00 # Differentiated Services Field: 0x00
      00 47 # Total Length: 71
      00 01 # Identification: 0x0001 (1)
      00 00 # Fragment Offset: 0
      40 # Time to Live: 64
      06 # Protocol: TCP (6)
      f6 ac # Header Checksum: 0xf6ac
      c0 00 02 01 # Source Address: 192.0.2.1
      c0 00 02 02 # Destination Address: 192.0.2.2
      13 88 # Source Port: 5000
      00 35 # Destination Port: 53
      00 00 00 00 # Sequence Number: 1 (relative sequence number)
      00 00 00 00 # Acknowledgment Number: 1 (relative ack number)
      50 # Header Length: 20 bytes (5)
      18 # Congestion Window Reduced: Not set
      20 00 # Window: 8192
      0a 55 # Checksum: 0x0a55
      00 00 # Urgent Pointer: 0
      00 1d # Length: 29
      00 07 # Transaction ID: 0x0007
      01 00 # Flags: 0x0100 Standard query
      00 01 # Questions: 1
      00 00 # Answer RRs: 0
      00 00 # Authority RRs: 0
      00 00 # Additional RRs: 0
      07 65 78 61 6d 70 6c 65 03 6f 72 67 00 # Name: example.org
      00 1c # Type: AAAA (IPv6 Address) (28)
      00 01 # Class: IN (0x0001)
    `),
  },
  {
    name: "dhcp discover",
    linkType: 1,
    layers: "ethernet ipv4 udp dhcp",
    bytes: hex(`
      ff ff ff ff ff ff # Destination: Broadcast (ff:ff:ff:ff:ff:ff)
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      08 00 # Type: IPv4 (0x0800)
      45 # Version: 4
      00 # Differentiated Services Field: 0x00
      01 2b # Total Length: 299
      00 01 # Identification: 0x0001 (1)
      00 00 # Fragment Offset: 0
      40 # Time to Live: 64
      11 # Protocol: UDP (17)
      79 c2 # Header Checksum: 0x79c2
      00 00 00 00 # Source Address: 0.0.0.0
      ff ff ff ff # Destination Address: 255.255.255.255
      00 44 # Source Port: 68
      00 43 # Destination Port: 67
      01 17 # Length: 279
      c5 45 # Checksum: 0xc545
      01 # Message type: Boot Request (1)
      01 # Hardware type: Ethernet (0x01)
      06 # Hardware address length: 6
      00 # Hops: 0
      de ad be ef # Transaction ID: 0xdeadbeef
      00 00 # Seconds elapsed: 0
      80 00 # Bootp flags: 0x8000, Broadcast flag (Broadcast)
      00 00 00 00 # Client IP address: 0.0.0.0
      00 00 00 00 # Your (client) IP address: 0.0.0.0
      00 00 00 00 # Next server IP address: 0.0.0.0
      00 00 00 00 # Relay agent IP address: 0.0.0.0
      02 fc 00 00 00 01 # Client MAC address: 02:fc:00:00:00:01
      00 00 00 00 00 00 00 00 00 00 # Client hardware address padding: 00000000000000000000
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 # Server host name not given
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 # Boot file name not given
      63 82 53 63 # Magic cookie: DHCP
      35 01 01 # Option: (53) DHCP Message Type (Discover)
      3d 07 01 02 fc 00 00 00 01 # Option: (61) Client identifier
      32 04 c0 00 02 32 # Option: (50) Requested IP Address (192.0.2.50)
      0c 04 68 6f 73 74 # Option: (12) Host Name
      37 04 01 03 06 0f # Option: (55) Parameter Request List
      ff # Option: (255) End
    `),
  },
  {
    name: "dhcp offer",
    linkType: 1,
    layers: "ethernet ipv4 udp dhcp",
    bytes: hex(`
      02 fc 00 00 00 02 # Destination: 02:fc:00:00:00:02
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      08 00 # Type: IPv4 (0x0800)
      45 # Version: 4
      00 # Differentiated Services Field: 0x00
      01 3f # Total Length: 319
      00 01 # Identification: 0x0001 (1)
      00 00 # Fragment Offset: 0
      40 # Time to Live: 64
      11 # Protocol: UDP (17)
      f5 a9 # Header Checksum: 0xf5a9
      c0 00 02 01 # Source Address: 192.0.2.1
      c0 00 02 02 # Destination Address: 192.0.2.2
      00 43 # Source Port: 67
      00 44 # Destination Port: 68
      01 2b # Length: 299
      e5 1d # Checksum: 0xe51d
      02 # Message type: Boot Reply (2)
      01 # Hardware type: Ethernet (0x01)
      06 # Hardware address length: 6
      00 # Hops: 0
      de ad be ef # Transaction ID: 0xdeadbeef
      00 00 # Seconds elapsed: 0
      00 00 # Bootp flags: 0x0000 (Unicast)
      00 00 00 00 # Client IP address: 0.0.0.0
      c0 00 02 32 # Your (client) IP address: 192.0.2.50
      c0 00 02 01 # Next server IP address: 192.0.2.1
      00 00 00 00 # Relay agent IP address: 0.0.0.0
      02 fc 00 00 00 01 # Client MAC address: 02:fc:00:00:00:01
      00 00 00 00 00 00 00 00 00 00 # Client hardware address padding: 00000000000000000000
      73 65 72 76 65 72 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 # Server host name: server
      62 6f 6f 74 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 # Boot file name: boot
      63 82 53 63 # Magic cookie: DHCP
      35 01 02 # Option: (53) DHCP Message Type (Offer)
      36 04 c0 00 02 01 # Option: (54) DHCP Server Identifier (192.0.2.1)
      33 04 00 00 0e 10 # Option: (51) IP Address Lease Time
      01 04 ff ff ff 00 # Option: (1) Subnet Mask (255.255.255.0)
      03 08 c0 00 02 01 c0 00 02 fe # Option: (3) Router
      06 04 c0 00 02 35 # Option: (6) Domain Name Server
      0f 0b 65 78 61 6d 70 6c 65 2e 63 6f 6d # Option: (15) Domain Name
      ff # Option: (255) End
    `),
  },
  {
    name: "dhcpv6 solicit",
    linkType: 1,
    layers: "ethernet ipv6 udp dhcp6",
    bytes: hex(`
      33 33 00 01 00 02 # Destination: IPv6mcast_01:00:02 (33:33:00:01:00:02)
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      86 dd # Type: IPv6 (0x86dd)
      60 # Version: 6
      00 00 00 # Flow Label: 0x00000
      00 38 # Payload Length: 56
      11 # Next Header: UDP (17)
      40 # Hop Limit: 64
      fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01 # Source Address: fe80::1
      ff 02 00 00 00 00 00 00 00 00 00 00 00 01 00 02 # Destination Address: ff02::1:2
      02 22 # Source Port: 546
      02 23 # Destination Port: 547
      00 38 # Length: 56
      c4 e0 # Checksum: 0xc4e0
      01 # Message type: Solicit (1)
      12 34 56 # Transaction ID: 0x123456
      00 01 # Option: Client Identifier (1)
      00 0a # Length: 10
      00 03 # DUID Type: link-layer address (3)
      00 01 # Hardware type: Ethernet (1)
      02 fc 00 00 00 01 # Link-layer address: 02:fc:00:00:00:01
      00 08 # Option: Elapsed time (8)
      00 02 # Length: 2
      00 0a # Elapsed time: 100ms
      00 06 # Option: Option Request (6)
      00 04 # Length: 4
      00 17 # Requested Option code: DNS recursive name server (23)
      00 18 # Requested Option code: Domain Search List (24)
      00 03 # Option: Identity Association for Non-temporary Address (3)
      00 0c # Length: 12
      00 00 00 01 # IAID: 00000001
      00 00 00 00 # T1: 0
      00 00 00 00 # T2: 0
    `),
  },
  {
    name: "dhcpv6 reply",
    linkType: 1,
    layers: "ethernet ipv6 udp dhcp6",
    bytes: hex(`
      02 fc 00 00 00 02 # Destination: 02:fc:00:00:00:02
      02 fc 00 00 00 01 # Source: 02:fc:00:00:00:01
      86 dd # Type: IPv6 (0x86dd)
      60 # Version: 6
      00 00 00 # Flow Label: 0x00000
      00 80 # Payload Length: 128
      11 # Next Header: UDP (17)
      ff # Hop Limit: 255
      fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01 # Source Address: fe80::1
      fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 02 # Destination Address: fe80::2
      02 23 # Source Port: 547
      02 22 # Destination Port: 546
      00 80 # Length: 128
      af d6 # Checksum: 0xafd6
      07 # Message type: Reply (7)
      12 34 56 # Transaction ID: 0x123456
      00 02 # Option: Server Identifier (2)
      00 0a # Length: 10
      00 03 # DUID Type: link-layer address (3)
      00 01 # Hardware type: Ethernet (1)
      02 fc 00 00 00 02 # Link-layer address: 02:fc:00:00:00:02
      00 03 # Option: Identity Association for Non-temporary Address (3)
      00 28 # Length: 40
      00 00 00 01 # IAID: 00000001
      00 00 00 64 # T1: 100
      00 00 00 c8 # T2: 200
      00 05 # Option: IA Address (5)
      00 18 # Length: 24
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 50 # IPv6 address: 2001:db8::50
      00 00 01 2c # Preferred lifetime: 300
      00 00 01 90 # Valid lifetime: 400
      00 17 # Option: DNS recursive name server (23)
      00 10 # Length: 16
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 53 # 1 DNS server address: 2001:db8::53
      00 18 # Option: Domain Search List (24)
      00 1a # Length: 26
      07 65 78 61 6d 70 6c 65 03 63 6f 6d 00 # List entry: example.com.
      07 65 78 61 6d 70 6c 65 03 6f 72 67 00 # List entry: example.org.
      00 0d # Option: Status code (13)
      00 04 # Length: 4
      00 00 # Status Code: Success (0)
      6f 6b # Status Message: ok
    `),
  },
];
