import { fromBinary } from '@bufbuild/protobuf';
import { ErrorInfoSchema } from '../../../proto/gen/google/rpc/error_details_pb.ts';
import { baseUrl, CallError, type Driver, type Json } from './driver.ts';

interface ConnectErrorBody {
  readonly code: string;
  readonly message?: string;
  readonly details?: readonly { type: string; value: string }[];
}

/** Calls over Connect's unary JSON protocol with plain `fetch`, as curl would. */
export function connectJsonDriver(): Driver {
  return {
    name: 'Connect JSON',
    close: async () => undefined,
    async call(method, request, token) {
      const response = await fetch(`${baseUrl()}/${method}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'connect-protocol-version': '1',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(request),
      });
      if (response.ok) return (await response.json()) as Json;
      const error = (await response.json()) as ConnectErrorBody;
      const info = error.details?.find((detail) => detail.type === 'google.rpc.ErrorInfo');
      const reason = info ? fromBinary(ErrorInfoSchema, Buffer.from(info.value, 'base64')).reason : '';
      throw new CallError(error.code, reason, error.message ?? '');
    },
  };
}
