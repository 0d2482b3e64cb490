import { closeSync, openSync, readFileSync, writeSync } from "node:fs";

/** Writes TCP segments, UDP datagrams and pings of 64 hosts, in about equal parts. */
export function makeTrace(path: string, packets: number): void {
  const frames = sampleFrames();
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(1, 20);
  const fd = openSync(path, "w");
  writeSync(fd, header);
  let piece: Buffer[] = [];
  for (let number = 0; number < packets; number++) {
    const frame = Buffer.from(frames[number % frames.length] as Buffer);
    frame[29] = number & 63;
    frame[33] = (number >> 6) & 63;
    const record = Buffer.alloc(16);
    record.writeUInt32LE(1_700_000_000 + Math.floor(number / 1000), 0);
    record.writeUInt32LE((number % 1000) * 1000, 4);
    record.writeUInt32LE(frame.length, 8);
    record.writeUInt32LE(frame.length, 12);
    piece.push(record, frame);
    if (piece.length < 10_000) continue;
    writeSync(fd, Buffer.concat(piece));
    piece = [];
  }
  writeSync(fd, Buffer.concat(piece));
  closeSync(fd);
}

/** Returns frames of the captures with which the tests compare lines. */
function sampleFrames(): Buffer[] {
  const bytes = readFileSync("test/support/capture/captures/transport.pcap");
  const frames: Buffer[] = [];
  for (let at = 24; at < bytes.length; at += 16 + bytes.readUInt32LE(at + 8))
    frames.push(bytes.subarray(at + 16, at + 16 + bytes.readUInt32LE(at + 8)));
  const isIp = (frame: Buffer): boolean =>
    frame.length >= 42 && frame.readUInt16BE(12) === 0x0800 && frame[14] === 0x45;
  const ofProtocol = (protocol: number, count: number): Buffer[] =>
    frames.filter((frame) => isIp(frame) && frame[23] === protocol).slice(0, count);
  return [...ofProtocol(6, 20), ...ofProtocol(17, 20), ...ofProtocol(1, 20)];
}
