/**
 * Runs the proxies as a process. PROXIES: JSON array of `{name, listen, target}` with addresses as `host:port`.
 * CONTROL_PORT: the port of the control, on loopback.
 */
import { z } from 'zod';
import { createControl } from './control.ts';
import { openProxy } from './proxy.ts';

const address = z.string().regex(/^.+:\d+$/, 'must be host:port');
const settings = z.object({
  CONTROL_PORT: z.coerce.number().int().min(0).max(65_535),
  PROXIES: z
    .string()
    .transform((text) => JSON.parse(text) as unknown)
    .pipe(z.array(z.object({ name: z.string().regex(/^[\w-]+$/), listen: address, target: address }))),
});

const { CONTROL_PORT: port, PROXIES: wanted } = settings.parse(process.env);
const proxies = await Promise.all(wanted.map(openProxy));
const control = createControl(proxies).listen(port, '127.0.0.1');

const stop = (): void => {
  control.close();
  control.closeAllConnections();
  void Promise.all(proxies.map((proxy) => proxy.close())).then(() => process.exit());
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
