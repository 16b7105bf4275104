import { create, type Message } from '@bufbuild/protobuf';
import type { HandlerContext, MethodImplSpec } from '@connectrpc/connect';
import type { Endpoints } from '../rpc/server/endpoints.ts';

function freeze<Value>(value: Value): Value {
  // Bytes cannot be frozen.
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) freeze(inner);
  return value;
}

function withFrozenAnswers(spec: MethodImplSpec): MethodImplSpec {
  const { method } = spec;
  if (spec.kind === 'unary') {
    return {
      ...spec,
      impl: async (message: Message, context: HandlerContext) =>
        freeze(create(method.output, await spec.impl(message, context))),
    };
  }
  if (spec.kind !== 'server_streaming') return spec;
  return {
    ...spec,
    impl: async function* (message: Message, context: HandlerContext) {
      for await (const answer of spec.impl(message, context)) yield freeze(create(method.output, answer));
    },
  };
}

/**
 * The same methods, whose answers cannot be changed. Within a process the caller gets the handler's own message, which
 * may be shared with other calls. So whoever changes one fails in tests.
 */
export function frozenAnswers(endpoints: Endpoints): Endpoints {
  return new Map(
    Array.from(endpoints, ([method, { spec, guard }]) => [method, { spec: withFrozenAnswers(spec), guard }]),
  );
}
