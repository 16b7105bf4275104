/** The exit status of a check whose program is not available on this machine: EX_TEMPFAIL of sysexits.h. */
export const unchecked = 75;
