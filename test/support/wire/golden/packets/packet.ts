/** A packet as another program made it, its bytes laid out by what a third one says of them. */
export interface GoldenPacket {
  readonly name: string;
  /** LINKTYPE_ */
  readonly linkType: number;
  /** The protocols of the layers that it has, in their order. */
  readonly layers: string;
  readonly bytes: Uint8Array;
}
