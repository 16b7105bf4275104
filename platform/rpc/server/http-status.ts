import { createContextKey } from '@connectrpc/connect';

/** The HTTP status that REST answers with instead of 200. Other protocols ignore it. */
export const httpStatusKey = createContextKey<number | undefined>(undefined, { description: 'REST status' });
