// linux/stat.h: parts of a file's mode.
export const S_IFMT = 0o170000;
export const S_IFSOCK = 0o140000;
/** In a directory with this bit, only a file's owner and the directory's owner may remove the file. */
export const S_ISVTX = 0o1000;
export const S_IWGRP = 0o020;
export const S_IWOTH = 0o002;
