export { type Errno, PromiscError, type PromiscErrorCode, type PromiscErrorDetails } from "./errors.js";
export type { Facility } from "./linux/facility/facility.js";
export { type CommandDiagnosis, type Diagnosis, diagnose } from "./promiscuity/doctor.js";
export { type HoldOptions, holdPromiscuous, type PromiscuousHold } from "./promiscuity/hold.js";
export { readInterface, readInterfaces } from "./promiscuity/read.js";
export { type CommandEnd, runPromiscuous } from "./promiscuity/run.js";
export { type SetVia, setPromiscuous } from "./promiscuity/set.js";
export type {
  InterfaceAddress,
  InterfaceState,
  Promiscuity,
  PromiscuityChange,
} from "./promiscuity/state.js";
