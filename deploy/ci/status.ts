/** The exit status of a check whose program can't be had here: EX_TEMPFAIL of sysexits.h. */
export const unchecked = 75;
