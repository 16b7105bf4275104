import { createContextKey } from '@connectrpc/connect';

/** The status that REST answers with instead of 200; other protocols have no such thing. */
export const httpStatusKey = createContextKey<number | undefined>(undefined, { description: 'REST status' });
