/** The version of package.json, inserted by the build. */
declare const PROMISC_VERSION: string;

export const promiscVersion = PROMISC_VERSION;
