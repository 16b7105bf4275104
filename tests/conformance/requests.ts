import { z } from 'zod';

const headers = z.array(z.object({ name: z.string(), value: z.array(z.string()).default([]) })).default([]);

/** An error to throw. Each detail is a message as JSON with its `@type`. */
const failure = z.object({
  code: z.string().default('CODE_UNSPECIFIED'),
  message: z.string().default(''),
  details: z.array(z.record(z.string(), z.json())).default([]),
});
export type Failure = z.infer<typeof failure>;

const common = {
  responseHeaders: headers,
  responseTrailers: headers,
  responseDelayMs: z.int().default(0),
  error: failure.optional(),
};

/** How to answer with one message; its bytes are in base64. */
const single = z.object({ ...common, responseData: z.string().optional() });
/** How to answer with a stream. */
const several = z.object({ ...common, responseData: z.array(z.string()).default([]) });

export const singleRequest = z.object({ responseDefinition: single.optional() });
export const streamRequest = z.object({
  responseDefinition: several.optional(),
  fullDuplex: z.boolean().default(false),
});
export type Definition = z.infer<typeof single> | z.infer<typeof several>;
