import { z } from 'zod';

/** TCP port; 0 lets the system choose. */
export const port = z.coerce.number('must be a port').int().min(0).max(65_535);

/** A database's URL. */
export const postgresUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: 'must be postgres://user:password@host:port/name',
});

export const redisUrl = z.url({ protocol: /^rediss?$/, error: 'must be redis://host:port' });

/** `host:port` or a URL; becomes a URL. */
export const httpAddress = z
  .string()
  .transform((text) => (/^https?:\/\//.test(text) ? text : `http://${text}`))
  .pipe(z.url({ protocol: /^https?$/, error: 'must be host:port or a URL' }));

/** `a,b` becomes ['a', 'b']. */
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== ''),
);

/** `host:port,host:port`, or URLs; become URLs. */
export const httpAddresses = list.pipe(z.array(httpAddress).min(1, 'must be host:port or a URL'));

/** `host:port,host:port`. */
export const brokers = list.refine(
  (entries) => entries.length > 0 && entries.every((entry) => /^[^\s:]+:\d+$/.test(entry)),
  'must be host:port, several separated by commas',
);

export const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');
