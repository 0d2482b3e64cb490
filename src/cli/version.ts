/** package.json's version, put in place by the build. */
declare const PROMISC_VERSION: string;

export const promiscVersion = PROMISC_VERSION;
