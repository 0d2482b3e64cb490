export const ONLY_THE_LINK =
  "only hosts of the same link can be scanned: frames with wrong addresses cross no router";
