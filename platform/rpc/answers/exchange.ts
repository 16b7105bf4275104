import type { Message } from '@bufbuild/protobuf';
import { createContextKey, type Interceptor } from '@connectrpc/connect';
import type { SharedRead } from '../../service.ts';
import type { SharedReads } from './shared-read.ts';

/** A shared read that its handler has answered, with the messages of that call. */
export interface Exchange {
  readonly read: SharedRead;
  readonly request: Message;
  readonly response: Message;
}

/** The exchange of the current call; undefined while it has no answer, and for all other calls. */
export const exchangeKey = createContextKey<Exchange | undefined>(undefined, { description: 'answered shared read' });

/** Notes the messages of shared reads. It is the outermost interceptor, so a call that failed in another is not noted. */
export function exchangeInterceptor(reads: SharedReads): Interceptor {
  return (next) => async (request) => {
    const response = await next(request);
    const read = reads.get(request.method);
    if (read !== undefined && !request.stream && !response.stream) {
      const exchange: Exchange = { read, request: request.message, response: response.message };
      request.contextValues.set(exchangeKey, exchange);
    }
    return response;
  };
}
