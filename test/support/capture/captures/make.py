# Makes the captures for comparing promisc's lines with tcpdump's: python3 make.py DIRECTORY (needs scapy).
import sys
from scapy.all import *
E=lambda: Ether(src="02:00:00:00:00:01",dst="02:00:00:00:00:02")
P=[]
a,b="10.0.0.1","10.0.0.2"
P+= [E()/IP(src=a,dst=b)/ICMP(type=8,id=5,seq=3)/(b"x"*56), E()/IP(src=b,dst=a)/ICMP(type=0,id=5,seq=3)/(b"x"*56)]
for t in range(0,20):
    for c in range(0,17):
        P.append(E()/IP(src=a,dst=b)/ICMP(type=t,code=c)/IP(src="1.2.3.4",dst="5.6.7.8")/UDP(sport=5,dport=6)/b"abcdefgh")
P.append(E()/IP(src=a,dst=b)/ICMP(type=3,code=4,nexthopmtu=1400)/IP(src="1.2.3.4",dst="5.6.7.8")/TCP(sport=5,dport=6))
P.append(E()/IP(src=a,dst=b)/ICMP(type=3,code=3)/IP(src="1.2.3.4",dst="5.6.7.8")/TCP(sport=5,dport=6))
P.append(E()/IP(src=a,dst=b)/ICMP(type=3,code=3)/IP(src="1.2.3.4",dst="5.6.7.8",proto=99)/b"abcdefgh")
P.append(E()/IP(src=a,dst=b)/ICMP(type=13,id=1,seq=2,ts_ori=1000,ts_rx=3723004,ts_tx=86399999)); P.append(E()/IP(src=a,dst=b)/ICMP(type=14,id=1,seq=2,ts_ori=1000,ts_rx=3723004,ts_tx=86399999))
P.append(E()/IP(src=a,dst=b)/ICMP(type=18,addr_mask="255.255.0.0"))
for op in range(0,12):
  P.append(E()/ARP(op=op,psrc=a,pdst=b,hwsrc="02:00:00:00:00:01",hwdst="00:00:00:00:00:00"))
  P.append(E()/ARP(op=op,psrc=a,pdst=b,hwsrc="02:00:00:00:00:01",hwdst="02:00:00:00:00:07"))
  P.append(E()/ARP(op=op,psrc="0.0.0.0",pdst=b)); P.append(E()/ARP(op=op,psrc=b,pdst=b))
P.append(E()/ARP(hwtype=6,op=1,psrc=a,pdst=b)); P.append(E()/ARP(ptype=0x1234,op=1,psrc=a,pdst=b));P.append(E()/ARP(hwlen=4,op=1)/b"abcdefghijk"); P.append(E()/ARP(plen=6,op=1)/b"abcdefghijk"); P.append(E()/ARP(op=2)/(b"\0"*18))
seq=1000
for fl in ["S","SA","A","PA","FA","R","RA","","U","PAU","SEC","FPU","N","AN"]:
  for pl in [b"",b"hello"]:
    P.append(E()/IP(src=a,dst=b)/TCP(sport=1234,dport=4321,flags=fl,seq=seq,ack=7777,urgptr=5)/pl)
    P.append(E()/IP(src=b,dst=a)/TCP(sport=4321,dport=1234,flags=fl,seq=7777,ack=seq,urgptr=5)/pl); seq+=5
opts=[[("MSS",1460)],[("MSS",1460),("SAckOK",b""),("Timestamp",(1,2)),("NOP",None),("WScale",7)],[("NOP",None),("NOP",None),("SAck",(1005,1010))],[("SAck",(1005,1010,1020,1030))],[("EOL",None)],[(34,b"")],[(34,b"abcdefgh")],[(28,b"\x80\x05")],[(253,b"ab")],[(254,b"\xf9\x89abcd")],[(19,b"a"*16)],[(29,b"abcdef")],[(99,b"zz")],[(6,b"abcd")],[(7,b"abcd")],[(11,b"abcd")],[(20,b"ab")]]
for o in opts:
  for fl in ["S","A","PA"]:
    try: P.append(E()/IP(src=a,dst=b)/TCP(sport=1234,dport=4321,flags=fl,seq=2000,ack=7777,options=o)/b"data"); bytes(P[-1])
    except Exception as e: P.pop()
raw=bytes(TCP(sport=1,dport=2,dataofs=7))
for ob in [b"\x02\x03\x05\0\0\0\0\0",b"\x02\x01\0\0\0\0\0\0",b"\x08\x0a\0\0\0\1\0\0",b"\x05\x09aaaaaa",b"\x01\x01\x01\x01\x01\x01\x01\x02",b"\x03\x04\x07\0\0\0\0\0",b"\x0d\x02\x04\x02\0\0\0\0"]:
  P.append(E()/IP(src=a,dst=b,proto=6)/Raw(raw[:20]+ob))
P.append(E()/IP(src=a,dst=b,proto=6)/Raw(bytes(TCP(dataofs=3)))); P.append(E()/IP(src=a,dst=b,proto=6)/Raw(bytes(TCP(dataofs=15))))
P.append(E()/IP(src=a,dst=b)/TCP(sport=1,dport=2,chksum=0x1234)/b"zz")
for l in [0,4,7,8,9,100]:
  P.append(E()/IP(src=a,dst=b)/UDP(sport=1111,dport=2222,len=l)/b"hello")
P.append(E()/IP(src=a,dst=b)/UDP(sport=1111,dport=2222)/b"hello"); P.append(E()/IP(src=a,dst=b)/UDP(sport=1111,dport=2222,chksum=0)/b"hello");P.append(E()/IP(src=a,dst=b)/UDP(sport=1111,dport=2222,chksum=0x1111)/b"hello")
for tos in [0,1,2,3,0x10,0xb8]:
  P.append(E()/IP(src=a,dst=b,tos=tos,flags="DF",id=77,ttl=tos)/UDP(sport=1,dport=2))
P.append(E()/IP(src=a,dst=b,flags="MF")/UDP(sport=1,dport=2)/b"abcdefgh"); P.append(E()/IP(src=a,dst=b,frag=100)/b"abcdefgh"); P.append(E()/IP(src=a,dst=b,frag=100,flags="MF",proto=17)/b"abcdefgh");P.append(E()/IP(src=a,dst=b,flags=7)/UDP())
P.append(E()/IP(src=a,dst=b,chksum=1)/UDP(sport=1,dport=2)); P.append(E()/IP(src=a,dst=b,ihl=3)/UDP()); P.append(E()/IP(src=a,dst=b,len=10)/UDP()); P.append(E()/IP(src=a,dst=b,len=200)/UDP()); P.append(E()/IP(src=a,dst=b,len=0)/UDP(sport=1,dport=2)/b"abc"); P.append(E()/IP(version=5,src=a,dst=b)/UDP()); P.append(E()/IP(version=6,src=a,dst=b)/UDP())
for o in [IPOption_RR(routers=["1.2.3.4","5.6.7.8"]),IPOption_LSRR(routers=["1.2.3.4"]),IPOption_Router_Alert(),IPOption_NOP(),IPOption_EOL(),IPOption_Timestamp(),IPOption_SSRR(routers=["1.2.3.4"])]:
  P.append(E()/IP(src=a,dst=b,options=[o])/UDP(sport=1,dport=2)/b"x")
for pr in [3,5,50,59,97,200,255]:
  P.append(E()/IP(src=a,dst=b,proto=pr)/b"abcdefghijklmnopqrstuvwxyz0123456789")
P.append(E()/IP(src=a,dst=b)/IP(src="1.1.1.1",dst="2.2.2.2")/UDP(sport=1,dport=2)); P.append(E()/IP(src=a,dst=b)/IPv6(src="fe80::1",dst="fe80::2")/UDP(sport=1,dport=2))
s6,d6="fe80::1","2001:db8::5"
P.append(E()/IPv6(src=s6,dst=d6)/UDP(sport=1,dport=2)/b"abc"); P.append(E()/IPv6(src=s6,dst=d6,tc=5,fl=0x12345,hlim=3)/TCP(sport=1,dport=2,flags="S"))
P.append(E()/IPv6(src=s6,dst=d6)/IPv6ExtHdrHopByHop(options=[RouterAlert()])/UDP(sport=1,dport=2)); P.append(E()/IPv6(src=s6,dst=d6)/IPv6ExtHdrDestOpt(options=[PadN(optdata=b"\0\0")])/UDP(sport=1,dport=2)/b"zz")
P.append(E()/IPv6(src=s6,dst=d6)/IPv6ExtHdrFragment(offset=0,m=1,id=5)/UDP(sport=1,dport=2)/b"zz"); P.append(E()/IPv6(src=s6,dst=d6)/IPv6ExtHdrFragment(offset=10,m=0,id=5,nh=17)/b"zzzzzzzz"); P.append(E()/IPv6(src=s6,dst=d6)/IPv6ExtHdrRouting(addresses=["::5"])/UDP(sport=1,dport=2)/b"zz")
P.append(E()/IPv6(src=s6,dst=d6,nh=59)/b"abcd"); P.append(E()/IPv6(src=s6,dst=d6,nh=200)/b"abcd"); P.append(E()/IPv6(src=s6,dst=d6,plen=100)/UDP()); P.append(E()/IPv6(src=s6,dst=d6,plen=2)/UDP());P.append(E()/IPv6(src=s6,dst=d6,version=4)/UDP()); P.append(E()/IPv6(src="::",dst="::ffff:1.2.3.4")/UDP(sport=1,dport=2)); P.append(E()/IPv6(src="::1.2.3.4",dst="1:0:0:2::")/UDP(sport=1,dport=2)); P.append(E()/IPv6(src="1:0:2:3:4:5:6:7",dst="::1")/UDP(sport=1,dport=2))
P.append(E()/IPv6(src=s6,dst=d6)/IPv6(src=s6,dst=d6)/UDP(sport=1,dport=2)); P.append(E()/IPv6(src=s6,dst=d6)/IP(src=a,dst=b)/UDP(sport=1,dport=2)); P.append(E()/IPv6(src=s6,dst=d6)/IPv6ExtHdrDestOpt()/TCP(sport=1,dport=2))
P.append(E()/Dot1Q(vlan=5,prio=3)/IP(src=a,dst=b)/UDP(sport=1,dport=2)); P.append(E()/Dot1Q(vlan=5,prio=3,id=1)/Dot1Q(vlan=7)/IP(src=a,dst=b)/UDP(sport=1,dport=2)); P.append(Ether(type=0x88a8)/Dot1Q(vlan=5)/Dot1Q(vlan=7)/ARP())
P.append(Ether(dst="ff:ff:ff:ff:ff:ff",src="02:00:00:00:00:01",type=0x88b5)/b"abcdefghijklmnopqrstuvwxyz"); P.append(Ether(dst="ff:ff:ff:ff:ff:ff",src="02:00:00:00:00:01",type=0x1234)/b""); pass
P.append(Dot3(src="02:00:00:00:00:01",dst="01:80:c2:00:00:00")/LLC(dsap=0xaa,ssap=0xaa,ctrl=3)/SNAP(OUI=0,code=0x800)/IP(src=a,dst=b)/UDP(sport=1,dport=2)); P.append(Dot3(src="02:00:00:00:00:01",dst="01:80:c2:00:00:00")/LLC(dsap=0xf0,ssap=0xf1,ctrl=0x7f)/b"abcd"); P.append(Dot3(src="02:00:00:00:00:01",dst="01:80:c2:00:00:00",len=3)/LLC(dsap=0x12,ssap=0x13,ctrl=3)/b"abcd")
for i,p in enumerate(P): p.time=1700000000+i*0.5+0.000001*i
wrpcap(sys.argv[1]+"/transport.pcap",P)
Q=[]
B=lambda: Dot3(src="02:00:00:00:00:01",dst="01:80:c2:00:00:00")/LLC()
for v,t,f in [(0,0,0),(0,0,0x81),(0,0x80,0),(2,2,0x3c),(2,2,0x7e),(2,2,0x2),(1,0,0),(0,5,0)]:
  Q.append(B()/STP(version=v,bpdutype=t,bpduflags=f,rootid=32768,rootmac="02:00:00:00:00:05",bridgeid=4096,bridgemac="02:00:00:00:00:06",portid=0x8001,pathcost=20000,age=1.5,maxage=20,hellotime=2,fwddelay=15)/Raw(b"\0"))
Q.append(B()/Raw(b"\0\0\0"))
for i,p in enumerate(Q): p.time=1700000000+i
wrpcap(sys.argv[1]+"/spanning-tree.pcap",Q)

E=lambda: Ether(src="02:00:00:00:00:01",dst="02:00:00:00:00:02")
s6,d6="fe80::1","2001:db8::5"
P=[]; ip6=lambda: E()/IPv6(src=s6,dst=d6)
P+=[ip6()/ICMPv6EchoRequest(id=5,seq=6,data=b"abc"),ip6()/ICMPv6EchoReply(id=5,seq=6)]
inner=lambda: IPv6(src="::5",dst="::6")/UDP(sport=7,dport=8)/b"abcd"
for c in range(0,8): P.append(ip6()/ICMPv6DestUnreach(code=c)/inner())
P.append(ip6()/ICMPv6DestUnreach(code=4)/IPv6(src="::5",dst="::6")/TCP(sport=7,dport=8))
P.append(ip6()/ICMPv6PacketTooBig(mtu=1280)/inner())
for c in range(0,4): P.append(ip6()/ICMPv6TimeExceeded(code=c)/inner()); P.append(ip6()/ICMPv6ParamProblem(code=c,ptr=40)/inner())
P.append(ip6()/ICMPv6ParamProblem(code=9,ptr=40)/inner())
P+=[ip6()/ICMPv6MLQuery(mladdr="ff02::5",mrd=1000),ip6()/ICMPv6MLReport(mladdr="ff02::5"),ip6()/ICMPv6MLDone(mladdr="ff02::5"),ip6()/ICMPv6MLQuery2(mladdr="::",mrd=10000,S=1,QRV=2,QQIC=125),ip6()/ICMPv6MLQuery2(mladdr="ff02::9",sources=["::1","::2"]),ip6()/ICMPv6MLReport2(records=[ICMPv6MLDMultAddrRec(rtype=4,dst="ff02::5"),ICMPv6MLDMultAddrRec(rtype=1,dst="ff02::6",sources=["::1"])])]
P+=[ip6()/ICMPv6ND_RS()/ICMPv6NDOptSrcLLAddr(lladdr="02:00:00:00:00:01"),ip6()/ICMPv6ND_RA(chlim=64,M=1,O=1,routerlifetime=1800,prf=1)/ICMPv6NDOptSrcLLAddr(lladdr="02:00:00:00:00:01")/ICMPv6NDOptPrefixInfo(prefix="2001:db8::",prefixlen=64,validlifetime=86400)/ICMPv6NDOptMTU(mtu=1400)/ICMPv6NDOptRDNSS(dns=["::1","::2"],lifetime=60),ip6()/ICMPv6ND_NS(tgt="fe80::9")/ICMPv6NDOptSrcLLAddr(lladdr="02:00:00:00:00:01"),ip6()/ICMPv6ND_NS(tgt="fe80::9"),ip6()/ICMPv6ND_NA(tgt="fe80::9",R=1,S=1,O=1)/ICMPv6NDOptDstLLAddr(lladdr="02:00:00:00:00:01"),ip6()/ICMPv6ND_NA(tgt="fe80::9",R=0,S=0,O=0),ip6()/ICMPv6ND_Redirect(tgt="::3",dst="::4")]
P+=[ip6()/ICMPv6Unknown(type=200,code=1)/b"abcdefgh",ip6()/ICMPv6EchoRequest(cksum=0x1234)]
ig=lambda raw: E()/IP(src="10.0.0.1",dst="224.0.0.1",proto=2,ttl=1)/Raw(raw)
def ck(b):
  s=checksum(b); return b[:2]+bytes([s>>8,s&255])+b[4:]
import socket
ga=socket.inet_aton
for b in [b"\x11\x64\0\0"+ga("0.0.0.0"),b"\x11\x0a\0\0"+ga("239.1.1.1"),b"\x11\0\0\0"+ga("0.0.0.0"),b"\x12\0\0\0"+ga("239.1.1.1"),b"\x16\0\0\0"+ga("239.1.1.1"),b"\x17\0\0\0"+ga("239.1.1.1"),b"\x11\x64\0\0"+ga("0.0.0.0")+b"\x02\x7d\0\0",b"\x11\xc8\0\0"+ga("239.1.1.1")+b"\x0a\x7d\0\1"+ga("1.2.3.4"),b"\x22\0\0\0\0\0\0\2\4\0\0\0"+ga("239.1.1.1")+b"\1\0\0\1"+ga("239.1.1.2")+ga("1.2.3.4"),b"\x99\0\0\0\0\0\0\0"]:
  P.append(ig(ck(b)))
P.append(ig(b"\x16\0\x12\x34"+ga("239.1.1.1")))
u=lambda sp,dp: E()/IP(src="10.0.0.1",dst="10.0.0.2")/UDP(sport=sp,dport=dp)
P+=[u(1234,53)/DNS(id=7,rd=1,qd=DNSQR(qname="example.org",qtype=t)) for t in ["A","AAAA","MX","TXT","SRV","ANY","PTR","NS","SOA"]]
P.append(u(1234,53)/DNS(id=7,rd=1,cd=1,ad=1,qd=DNSQR(qname="example.org",qclass="CH")))
P.append(u(1234,53)/DNS(id=7,rd=1,qd=DNSQR(qname="example.org"),ar=DNSRROPT(rclass=1232)))
for rc in range(0,6): P.append(u(53,1234)/DNS(id=7,qr=1,aa=rc&1,ra=1,rcode=rc,qd=DNSQR(qname="example.org")))
rr=[DNSRR(rrname="example.org",type="A",rdata="1.2.3.4",ttl=3600),DNSRR(rrname="example.org",type="AAAA",rdata="2001:db8::1"),DNSRR(rrname="example.org",type="CNAME",rdata="www.example.org"),DNSRR(rrname="example.org",type="NS",rdata="ns.example.org"),DNSRR(rrname="4.3.2.1.in-addr.arpa",type="PTR",rdata="host.example.org"),DNSRR(rrname="example.org",type="TXT",rdata=["hello","wor\x01ld"]),DNSRRMX(rrname="example.org",preference=10,exchange="mx.example.org"),DNSRRSRV(rrname="_x._tcp.example.org",priority=1,weight=2,port=3,target="h.example.org"),DNSRRSOA(rrname="example.org",mname="ns.example.org",rname="root.example.org",serial=1,refresh=2,retry=3,expire=4,minimum=5)]
for r in rr: P.append(u(53,1234)/DNS(id=7,qr=1,ra=1,qd=DNSQR(qname="example.org"),an=r))
P.append(u(53,1234)/DNS(id=7,qr=1,ra=1,tc=1,ad=1,qd=DNSQR(qname="example.org"),an=rr[0]/rr[1],ns=rr[3],ar=DNSRROPT(rclass=4096,z=0x8000)))
P.append(u(5353,5353)/DNS(id=0,qd=DNSQR(qname="_http._tcp.local",qtype="PTR",qclass=0x8001))); P.append(u(5353,5353)/DNS(id=0,qd=DNSQR(qname="_http._tcp.local",qtype="PTR",qclass=1))); P.append(u(5353,5353)/DNS(id=0,qr=1,aa=1,qd=None,an=DNSRR(rrname="h.local",type="A",rclass=0x8001,rdata="1.2.3.4")))
P.append(u(1234,53)/b"abc"); P.append(u(1234,53)/(bytes(DNS(qd=None))[:12].replace(b"\0\0",b"\0\0"))); P.append(u(1234,53)/(b"\0\1\1\0\0\1\0\0\0\0\0\0\xc0\x0c\0\1\0\1")); P.append(u(1234,53)/DNS(opcode=4,qd=DNSQR(qname="."))); P.append(u(1234,53)/DNS(opcode=5,qd=DNSQR(qname="x."+"y"*60)))
mac=bytes.fromhex("020000000001")
P.append(E()/IP(src="0.0.0.0",dst="255.255.255.255")/UDP(sport=68,dport=67)/BOOTP(chaddr=mac,xid=0x1234,flags=0x8000)/DHCP(options=[("message-type","discover"),("client_id",b"\x01"+mac),("param_req_list",[1,3,6,15,12,28,42,51]),("hostname",b"host1"),("requested_addr","10.0.0.9"),("max_dhcp_size",1500),("vendor_class_id",b"MSFT"),"end"]))
P.append(E()/IP(src="10.0.0.1",dst="255.255.255.255")/UDP(sport=67,dport=68)/BOOTP(op=2,chaddr=mac,xid=0x1234,yiaddr="10.0.0.9",siaddr="10.0.0.1",giaddr="10.0.0.254",hops=1,secs=5,sname=b"srv",file=b"boot")/DHCP(options=[("message-type","ack"),("server_id","10.0.0.1"),("lease_time",3600),("renewal_time",1800),("rebinding_time",3000),("subnet_mask","255.255.255.0"),("router","10.0.0.1"),("name_server","10.0.0.1","8.8.8.8"),("domain",b"example.org"),("broadcast_address","10.0.0.255"),("NTP_server","10.0.0.3"),(200,b"abc"),"end"]))
P.append(E()/IPv6(src=s6,dst="ff02::1:2")/UDP(sport=546,dport=547)/DHCP6_Solicit(trid=0x123456)/DHCP6OptClientId(duid=DUID_LL(lladdr="02:00:00:00:00:01"))); P.append(E()/IPv6(src=s6,dst="ff02::1:2")/UDP(sport=547,dport=546)/DHCP6_Reply(trid=0x123456)); P.append(E()/IPv6(src=s6,dst="ff02::1:2")/UDP(sport=547,dport=547)/DHCP6_RelayForward())
def tlv(t,b): return bytes([(t<<1)|(len(b)>>8),len(b)&255])+b
l=tlv(1,b"\4"+mac)+tlv(2,b"\5eth0")+tlv(3,b"\0\x78")
P.append(Ether(type=0x88cc)/Raw(l+tlv(4,b"port one")+tlv(5,b"switch1")+tlv(6,b"A switch")+tlv(7,b"\0\x14\0\4")+tlv(8,b"\5\1\x0a\0\0\1\2\0\0\0\1\0")+tlv(0,b""))); P.append(Ether(type=0x88cc)/Raw(l+tlv(0,b""))); P.append(Ether(type=0x88cc)/Raw(l[:10]))
for i,p in enumerate(P): p.time=1700000000+i*0.5+0.000001*i
wrpcap(sys.argv[1]+"/applications.pcap",P)
