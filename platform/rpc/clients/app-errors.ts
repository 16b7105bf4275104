import type { Transport } from '@connectrpc/connect';
import { AppError } from '../../errors/app-error.ts';
import { fromConnectError } from '../../errors/from-connect.ts';

/**
 * A refused service token is a mistake in our configuration. Nothing happened, and a repeat may succeed once it is
 * corrected (rule S12). Our caller must not read it as a refusal of its own token.
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
 * Maps all errors of a transport to AppErrors. This is not an interceptor, because Connect turns the errors of
 * interceptors into its own.
 * @param asService whether the calls carry a service token, not a user's
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
