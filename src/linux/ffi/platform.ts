import { PromiscError } from "../../errors.js";

// Imported before anything that loads native code, so that users of other systems see this message.
if (process.platform !== "linux")
  throw new PromiscError({
    code: "platform",
    operation: "start",
    reason: `promisc talks to the Linux kernel, and this is ${process.platform}`,
    hint: "run it on Linux, for example in a virtual machine",
  });
