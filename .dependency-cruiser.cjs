// Who may import whom: each layer only what lies below it, errors.ts, present.ts, counted.ts and check-options.ts from anywhere,
// wake-queue.ts, when-aborted.ts and disposable-list.ts from all but wire, which knows no time and holds nothing, no circles.
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
      "^src/(errors|present|counted|check-options)\\.ts$",
      ...(layer === "wire" ? [] : ["^src/(wake-queue|when-aborted|disposable-list)\\.ts$"]),
      ...below.map((name) => `^src/${name}/`),
    ],
  },
}));

// The rooms of linux: each imports only from those before it.
const linuxRooms = [
  "ffi",
  "file",
  "clock",
  "account",
  "kernel-log",
  "filter",
  "socket",
  "netlink",
  "netfilter",
  "interface",
  "packet",
  "privilege",
  "process",
  "namespace",
  "bpf",
  "facility",
];

const linuxRules = linuxRooms.map((room, at) => ({
  name: `linux-${room}-imports-only-rooms-before`,
  severity: "error",
  from: { path: `^src/linux/${room}/` },
  to: { path: "^src/linux/", pathNot: linuxRooms.slice(0, at + 1).map((name) => `^src/linux/${name}/`) },
}));

// The rooms of detect: features that know nothing of one another, and the parts of the scan, each with those that it may import.
const features = ["scan", "decoy", "load", "poisoning"];
const partsOfScan = {
  probe: [],
  targets: ["probe"],
  engine: ["probe"],
  verdict: ["probe"],
  baseline: ["verdict"],
};

const detectRules = [
  ...features.map((feature) => ({
    name: `${feature}-knows-no-other-feature`,
    severity: "error",
    from: { path: `^src/detect/${feature}/`, pathNot: "^src/detect/scan/verdict/evidence\\.ts$" },
    to: { path: `^src/detect/(${features.filter((each) => each !== feature).join("|")})/` },
  })),
  {
    name: "verdict-takes-others-results",
    comment: "what the other tests found out is part of the evidence on a host: their types, not their code",
    severity: "error",
    from: { path: "^src/detect/scan/verdict/evidence\\.ts$" },
    to: { path: "^src/detect/(decoy|load|poisoning)/", dependencyTypesNot: ["type-only"] },
  },
  {
    name: "what-features-share-knows-none",
    severity: "error",
    from: { path: "^src/detect/[^/]+\\.ts$" },
    to: { path: "^src/detect/[^/]+/" },
  },
  ...Object.entries(partsOfScan).map(([part, others]) => ({
    name: `scan-${part}-imports-only-below`,
    severity: "error",
    from: { path: `^src/detect/scan/${part}/` },
    to: {
      path: "^src/detect/scan/[^/]+/",
      pathNot: [part, ...others].map((name) => `^src/detect/scan/${name}/`),
    },
  })),
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...layerRules,
    ...linuxRules,
    {
      name: "linux-has-rooms",
      comment: "a file of linux stands in one of its rooms, whose order is above",
      severity: "error",
      from: {},
      to: { path: "^src/linux/", pathNot: linuxRooms.map((name) => `^src/linux/${name}/`) },
    },
    ...detectRules,
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
      from: { path: "^src/(errors|present|counted|check-options|wake-queue|when-aborted)\\.ts$" },
      to: { pathNot: "^src/(errors|present|when-aborted)\\.ts$" },
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
