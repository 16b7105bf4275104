import type { Message } from '@bufbuild/protobuf';
import { createContextKey, type Interceptor } from '@connectrpc/connect';
import type { SharedRead } from '../../service.ts';
import { etagIn } from '../../../proto/etag.ts';
import { resourceEtagKey } from './conditional.ts';
import type { SharedReads } from './shared-read.ts';

/** A shared read that its handler has answered, with the messages of that call. */
export interface Exchange {
  readonly read: SharedRead;
  readonly request: Message;
  readonly response: Message;
}

/** The exchange of the current call; undefined while it has no answer, and for all other calls. */
export const exchangeKey = createContextKey<Exchange | undefined>(undefined, { description: 'answered shared read' });

/**
 * Notes the messages of shared reads, and the etag of the one resource in an answer. It is the outermost interceptor, so a call that failed in another is not noted.
 */
export function exchangeInterceptor(reads: SharedReads): Interceptor {
  return (next) => async (request) => {
    const response = await next(request);
    if (response.stream) return response;
    request.contextValues.set(resourceEtagKey, etagIn(request.method.output, response.message));
    const read = reads.get(request.method);
    if (read !== undefined && !request.stream) {
      const exchange: Exchange = { read, request: request.message, response: response.message };
      request.contextValues.set(exchangeKey, exchange);
    }
    return response;
  };
}
