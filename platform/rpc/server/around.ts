import type { UniversalHandler } from '@connectrpc/connect/protocol';

/** A handler with the description of `handler` that runs `call`. */
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
