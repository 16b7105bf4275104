import { isIPv4, isIPv6 } from 'node:net';

/** What the audit trail keeps of the program that asked for a change. */
export interface ClientRecord {
  /** A network, never a full address. Empty if it is not known. */
  readonly clientNetwork: string;
  /** What the program calls itself. Nobody has verified it. */
  readonly userAgent: string;
}

/**
 * The network for which rate limits count an IP address: an IPv4 address itself, the /64 of an IPv6 address, since one
 * customer usually has all addresses of a /64. A port, which some proxies append, is ignored. Text that is not an
 * address is returned unchanged.
 */
export function networkOf(address: string): string {
  const [plain = ''] = withoutPort(address).split('%');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped !== undefined && isIPv4(mapped)) return mapped;
  if (isIPv4(plain)) return plain;
  return isIPv6(plain) ? `${groupsOf(plain).slice(0, 4).join(':')}::/64` : address;
}

/**
 * What is stored and shown of an IP address: the /24 of an IPv4 address, the /48 of an IPv6 address, empty for other
 * text. The user can recognize the network, and nobody can find a person by it.
 */
export function maskAddress(address: string): string {
  const network = networkOf(address);
  if (isIPv4(network)) return `${network.split('.').slice(0, 3).join('.')}.0/24`;
  return network.endsWith('::/64') ? `${network.split(':').slice(0, 3).join(':')}::/48` : '';
}

/** `192.0.2.1:5678` and `[2001:db8::1]:5678` without the port. */
function withoutPort(address: string): string {
  const [, v6, v4] = /^(?:\[([^\]]+)\](?::\d+)?|(\d+(?:\.\d+){3}):\d+)$/.exec(address) ?? [];
  return v6 ?? v4 ?? address;
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): string[] {
  // The URL parser turns every spelling into the canonical one.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array.from({ length: gap }, () => '0'), ...right];
}
