import {
  createRegistry,
  fromJson,
  toJson,
  type DescMethod,
  type DescMethodUnary,
  type JsonObject,
} from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { createGrpcWebTransport } from '@connectrpc/connect-web';
import { ErrorInfoSchema } from '../../../proto/gen/google/rpc/error_details_pb.ts';
import { baseUrl, CallError, type Driver, type Json } from './driver.ts';
import { publicFiles } from './public-files.ts';

function isUnary(method: DescMethod | undefined): method is DescMethodUnary {
  return method?.methodKind === 'unary';
}

/** Calls over gRPC-Web as a browser does, with connect-web's transport over `fetch`. */
export function grpcWebDriver(): Driver {
  const registry = createRegistry(...publicFiles);
  const transport = createGrpcWebTransport({ baseUrl: baseUrl() });
  return {
    name: 'gRPC-Web',
    close: async () => undefined,
    async call(method, request, token) {
      const [service = '', name = ''] = method.split('/');
      const rpc = registry.getService(service)?.methods.find((each) => each.name === name);
      if (!isUnary(rpc)) throw new Error(`the public contract has no unary RPC ${method}`);
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      try {
        const message = fromJson(rpc.input, request as JsonObject);
        const response = await transport.unary(rpc, undefined, 15_000, headers, message);
        return toJson(rpc.output, response.message, { alwaysEmitImplicit: true }) as Json;
      } catch (cause) {
        const error = ConnectError.from(cause);
        const [info] = error.findDetails(ErrorInfoSchema);
        throw new CallError(Code[error.code], info?.reason ?? '', error.rawMessage);
      }
    },
  };
}
