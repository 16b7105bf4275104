/**
 * The wallet needs nothing besides its repository: it calls no other service and keeps no cache. Its clock is the
 * database's, which all replicas share, so that a hold ends at the same moment for each of them.
 */
// oxlint-disable-next-line unicorn/require-module-specifiers -- every service has this file; this one's is empty
export {};
