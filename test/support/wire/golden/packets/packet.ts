/** A packet that another program made. Its bytes are laid out by the fields that a third program shows. */
export interface GoldenPacket {
  readonly name: string;
  /** The link type, LINKTYPE_*. */
  readonly linkType: number;
  /** The protocols of its layers, in their order. */
  readonly layers: string;
  readonly bytes: Uint8Array;
}
