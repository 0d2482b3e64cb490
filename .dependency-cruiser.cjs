// Who may import whom: each layer only what lies below it, errors.ts and present.ts from anywhere, wake-queue.ts from all but
// wire, which knows no time, no circles.
const layers = {
  wire: [],
  linux: ["wire"],
  promiscuity: ["linux", "wire"],
  capture: ["promiscuity", "linux", "wire"],
  detect: ["capture", "promiscuity", "linux", "wire"],
  lab: ["capture", "promiscuity", "linux", "wire"],
  cli: ["detect", "lab", "capture", "promiscuity", "linux", "wire"],
};

const layerRules = Object.entries(layers).map(([layer, below]) => ({
  name: `${layer}-imports-only-below`,
  severity: "error",
  from: { path: `^src/${layer}/` },
  to: {
    path: "^src/",
    pathNot: [
      `^src/${layer}/`,
      "^src/(errors|present)\\.ts$",
      ...(layer === "wire" ? [] : ["^src/wake-queue\\.ts$"]),
      ...below.map((name) => `^src/${name}/`),
    ],
  },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...layerRules,
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "wire-is-pure",
      comment: "no Node.js, no FFI, no clock: bytes to values and back",
      severity: "error",
      from: { path: "^src/wire/" },
      to: { dependencyTypes: ["core", "npm"] },
    },
    {
      name: "ffi-in-libc-alone",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/linux/ffi/libc\\.ts$" },
      to: { path: "node_modules/koffi" },
    },
    {
      name: "what-all-import-imports-nothing",
      severity: "error",
      from: { path: "^src/(errors|present|wake-queue)\\.ts$" },
      to: { pathNot: "^src/present\\.ts$" },
    },
    {
      name: "library-knows-no-cli",
      severity: "error",
      from: { path: "^src/index\\.ts$" },
      to: { path: "^src/cli/" },
    },
    { name: "resolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
  },
};
