import type { Transport } from '@connectrpc/connect';
import { AppError } from '../../errors/app-error.ts';
import { fromConnectError } from '../../errors/from-connect.ts';

/**
 * A refused service token is our misconfiguration: nothing happened, a repeat may succeed once it is mended, and our
 * own caller must not read it as being signed out.
 */
function ownFault(error: AppError): AppError {
  if (error.code !== 'unauthenticated' && error.code !== 'permission_denied') return error;
  return new AppError('internal', 'SERVICE_CALL_REFUSED', 'a call between services was refused', {
    kind: 'transient',
    cause: error,
  });
}

async function* mapped<Message>(message: AsyncIterable<Message>, map: (error: unknown) => AppError) {
  try {
    yield* message;
  } catch (error) {
    throw map(error);
  }
}

/**
 * Makes all that a transport throws an AppError. Not an interceptor, because Connect turns what interceptors throw
 * back into its own errors.
 * @param asService the calls carry a service token, not a user's
 */
export function withAppErrors(transport: Transport, asService: boolean): Transport {
  const map = (thrown: unknown) => {
    const error = fromConnectError(thrown);
    return asService ? ownFault(error) : error;
  };
  return {
    unary: async (...call) => {
      try {
        return await transport.unary(...call);
      } catch (error) {
        throw map(error);
      }
    },
    stream: async (...call) => {
      try {
        const response = await transport.stream(...call);
        return { ...response, message: mapped(response.message, map) };
      } catch (error) {
        throw map(error);
      }
    },
  };
}
