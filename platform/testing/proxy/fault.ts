import { z } from 'zod';

const direction = z.enum(['up', 'down']);

/**
 * What a proxy does to its connections. `up` is towards the server.
 * - `pass`: passes everything on.
 * - `reset`: ends every connection with RST, new ones as soon as they are accepted.
 * - `blackhole`: accepts connections, drops all data, and tells neither end. Connections of that time stay dead
 *   afterwards, as behind a firewall that has lost its state. New ones work.
 * - `latency`: delays by `ms` ± `jitterMs`, in order, both ways unless `only` one is named.
 * - `cut`: ends a connection with RST after `bytes` bytes from the server, counted from now or from its opening.
 */
export const faultSchema = z.discriminatedUnion('mode', [
  z.object({ mode: z.literal('pass') }),
  z.object({ mode: z.literal('reset') }),
  z.object({ mode: z.literal('blackhole') }),
  z.object({
    mode: z.literal('latency'),
    ms: z.number().min(0),
    jitterMs: z.number().min(0).default(0),
    only: direction.optional(),
  }),
  z.object({ mode: z.literal('cut'), bytes: z.number().int().min(0) }),
]);

export type Fault = z.infer<typeof faultSchema>;
export type Direction = z.infer<typeof direction>;
