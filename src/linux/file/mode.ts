// linux/stat.h: what a file's mode has.
export const S_IFMT = 0o170000;
export const S_IFSOCK = 0o140000;
/** In a directory with this bit only a file's owner may remove it. */
export const S_ISVTX = 0o1000;
export const S_IWGRP = 0o020;
export const S_IWOTH = 0o002;
