# Makes the captures with Linux cooked headers: python3 make-cooked.py DIRECTORY. Index 1 is that of lo in every network
# namespace; the others don't exist.
import struct
import sys

ip = bytes.fromhex("4500001c0001000040010000" + "0a0000010a000002" + "0800f7ff00000000")
ip6 = bytes.fromhex("6000000000083a40" + "fe80" + "00" * 13 + "01" + "ff02" + "00" * 13 + "01" + "8000000000050006")
arp = bytes.fromhex("0001080006040001" + "020000000009" + "0a000001" + "000000000000" + "0a000002")
tag = lambda control, type: struct.pack(">HH", control, type)
address = bytes([2, 0, 0, 0, 0, 9, 0, 0])


def sll(index, direction, type, payload, size=6):
    return struct.pack(">HHH8sH", direction, 1, size, address, type) + payload


def sll2(index, direction, type, payload, size=6):
    return struct.pack(">HHIHBB8s", type, 0, index, 1, direction, size, address) + payload


for name, link_type, cook in (("cooked", 276, sll2), ("cooked-v1", 113, sll)):
    packets = [cook(index, 0, 0x800, ip) for index in (1, 0, 0x7FFFFFFF, 0xFFFFFFFF)]
    packets += [cook(1, direction, 0x800, ip) for direction in (1, 2, 3, 4, 5, 7)]
    packets += [
        cook(1, 4, 0x86DD, ip6),
        cook(1, 1, 0x806, arp),
        cook(1, 4, 0x88B5, b"hello world", 0),
        cook(1, 4, 0x88B5, b"hello world"),
        # IEEE 802.2: SNAP, NetBEUI
        cook(1, 4, 4, bytes.fromhex("aaaa03000000" + "0800") + ip),
        cook(1, 4, 4, bytes.fromhex("f0f07f")),
        # Not an EtherType
        cook(1, 4, 3, ip),
        cook(1, 4, 12, b"abc"),
        cook(1, 4, 0x8100, tag(0x2005, 0x800) + ip),
        cook(1, 4, 0x8100, tag(0x3005, 0x8100) + tag(6, 0x88B5) + b"xyz"),
        cook(1, 4, 0x8100, tag(5, 3) + bytes.fromhex("f0f07f")),
        cook(1, 4, 0x88A8, tag(5, 0x800) + ip),
        cook(1, 4, 0x8100, b"\0"),
        cook(1, 0, 0x800, ip)[:12],
    ]
    with open(f"{sys.argv[1]}/{name}.pcap", "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link_type))
        for number, packet in enumerate(packets):
            file.write(struct.pack("<IIII", 1700000000, number, len(packet), len(packet)) + packet)
