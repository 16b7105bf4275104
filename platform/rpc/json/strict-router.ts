import type { DescMessage, DescMethod, DescService } from '@bufbuild/protobuf';
import {
  createMethodImplSpec,
  createServiceImplSpec,
  type ConnectRouter,
  type MethodImpl,
  type MethodImplSpec,
  type ServiceImpl,
} from '@connectrpc/connect';
import { toConnectError } from '../../errors/to-connect.ts';
import { checkJson } from './check.ts';
import { jsonText, parseJson } from './parse.ts';

/** proto3 JSON with empty lists, empty strings and zeros, so that clients need no defaults. */
export const jsonOptions = { alwaysEmitImplicit: true } as const;

/**
 * Connect's handlers let a decoder make text of each JSON message that they read: of a body, a query or an envelope,
 * unpacked. This one also checks the message.
 */
function strictDecoder(input: DescMessage) {
  return {
    decode: (bytes: Uint8Array): string => {
      try {
        const text = jsonText(bytes);
        checkJson(input, parseJson(text));
        return text;
      } catch (error) {
        throw toConnectError(error);
      }
    },
  };
}

/** Registers methods whose handlers read JSON as strictly as REST does. */
export class StrictRouter implements ConnectRouter {
  readonly handlers: ConnectRouter['handlers'];
  readonly #router: ConnectRouter;

  constructor(router: ConnectRouter) {
    this.#router = router;
    this.handlers = router.handlers;
  }

  service<T extends DescService>(service: T, implementation: Partial<ServiceImpl<T>>): this {
    for (const spec of Object.values(createServiceImplSpec(service, implementation).methods)) this.#add(spec);
    return this;
  }

  rpc<M extends DescMethod>(method: M, implementation: MethodImpl<M>): this {
    this.#add(createMethodImplSpec(method, implementation));
    return this;
  }

  #add(spec: MethodImplSpec): void {
    const textDecoder = strictDecoder(spec.method.input);
    const options = { jsonOptions: { ...jsonOptions, ignoreUnknownFields: false, textDecoder } };
    switch (spec.kind) {
      case 'unary':
        return void this.#router.rpc(spec.method, spec.impl, options);
      case 'server_streaming':
        return void this.#router.rpc(spec.method, spec.impl, options);
      case 'client_streaming':
        return void this.#router.rpc(spec.method, spec.impl, options);
      case 'bidi_streaming':
        return void this.#router.rpc(spec.method, spec.impl, options);
    }
  }
}
