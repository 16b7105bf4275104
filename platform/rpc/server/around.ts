import type { UniversalHandler } from '@connectrpc/connect/protocol';

/** The handler as it is to the outside, with `call` in place of its own. */
export function around(
  handler: UniversalHandler,
  call: (...args: Parameters<UniversalHandler>) => ReturnType<UniversalHandler>,
): UniversalHandler {
  return Object.assign(call, {
    protocolNames: handler.protocolNames,
    service: handler.service,
    method: handler.method,
    requestPath: handler.requestPath,
    allowedMethods: handler.allowedMethods,
    supportedContentType: handler.supportedContentType,
  });
}
