import type {
  DescMessage,
  DescMethod,
  DescMethodBiDiStreaming,
  DescMethodClientStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  JsonObject,
  Message,
} from '@bufbuild/protobuf';
import { Code, ConnectError, type ConnectRouter, type HandlerContext } from '@connectrpc/connect';
import type { Contract } from './contract.ts';
import { begin, Echo, pause } from './echo.ts';
import { singleRequest, streamRequest } from './requests.ts';

interface Kind {
  readonly input: DescMessage;
  readonly output: DescMessage;
}

/** The service of the suite: it answers as each request says, and tells what it received. */
export function registerConformance(router: ConnectRouter, contract: Contract): void {
  const echo = new Echo(contract);
  for (const method of contract.service.methods) {
    if (method.name === 'Unimplemented' && isUnary(method)) router.rpc(method, unimplemented);
    else if (isUnary(method)) router.rpc(method, unary(echo, method));
    else if (isClientStream(method)) router.rpc(method, clientStream(echo, method));
    else if (isServerStream(method)) router.rpc(method, serverStream(echo, method));
    else if (isBidiStream(method)) router.rpc(method, bidiStream(echo, method));
  }
}

const isUnary = (method: DescMethod): method is DescMethodUnary => method.methodKind === 'unary';
const isClientStream = (method: DescMethod): method is DescMethodClientStreaming =>
  method.methodKind === 'client_streaming';
const isServerStream = (method: DescMethod): method is DescMethodServerStreaming =>
  method.methodKind === 'server_streaming';
const isBidiStream = (method: DescMethod): method is DescMethodBiDiStreaming => method.methodKind === 'bidi_streaming';

/** What Connect does for a method of a service that has no handler. */
function unimplemented(): never {
  throw new ConnectError('it is not implemented', Code.Unimplemented);
}

/** Answers with one message. The first request says how. */
async function answerOnce(
  echo: Echo,
  { input, output }: Kind,
  requests: readonly JsonObject[],
  context: HandlerContext,
) {
  const { responseDefinition: definition } = singleRequest.parse(requests[0] ?? {});
  const requestInfo = echo.received(input, context, requests);
  begin(context, definition);
  if (definition === undefined) return echo.answer(output, { requestInfo });
  await pause(definition, context);
  if (definition.error !== undefined) throw echo.error(definition.error, requestInfo);
  return echo.answer(output, { requestInfo, data: definition.responseData ?? '' });
}

function unary(echo: Echo, method: Kind) {
  return (request: Message, context: HandlerContext): Promise<Message> =>
    answerOnce(echo, method, [echo.toJson(method.input, request)], context);
}

function clientStream(echo: Echo, method: Kind) {
  return async (messages: AsyncIterable<Message>, context: HandlerContext): Promise<Message> => {
    const requests: JsonObject[] = [];
    for await (const message of messages) requests.push(echo.toJson(method.input, message));
    return answerOnce(echo, method, requests, context);
  };
}

/** Answers with all messages that are left. The first answer of a call tells what was received. */
async function* answerAll(
  echo: Echo,
  { input, output }: Kind,
  requests: readonly JsonObject[],
  context: HandlerContext,
  sent = 0,
) {
  const { responseDefinition: definition } = streamRequest.parse(requests[0] ?? {});
  if (definition === undefined) return;
  const requestInfo = echo.received(input, context, requests);
  const left = definition.responseData.slice(sent);
  for (const [index, data] of left.entries()) {
    await pause(definition, context);
    yield echo.answer(output, sent + index === 0 ? { requestInfo, data } : { data });
  }
  if (definition.error === undefined) return;
  throw echo.error(definition.error, definition.responseData.length === 0 ? requestInfo : undefined);
}

function serverStream(echo: Echo, method: Kind) {
  return async function* (request: Message, context: HandlerContext) {
    const json = echo.toJson(method.input, request);
    begin(context, streamRequest.parse(json).responseDefinition);
    yield* answerAll(echo, method, [json], context);
  };
}

function bidiStream(echo: Echo, method: Kind) {
  return async function* (messages: AsyncIterable<Message>, context: HandlerContext) {
    const requests: JsonObject[] = [];
    let sent = 0;
    for await (const message of messages) {
      requests.push(echo.toJson(method.input, message));
      const { responseDefinition: definition, fullDuplex } = streamRequest.parse(requests[0]);
      if (requests.length === 1) begin(context, definition);
      if (!fullDuplex) continue;
      const data = definition?.responseData[sent];
      if (definition === undefined || data === undefined) break;
      await pause(definition, context);
      const seen = echo.received(method.input, context, requests.slice(-1));
      yield echo.answer(method.output, { data, requestInfo: sent === 0 ? seen : { requests: seen['requests'] ?? [] } });
      sent++;
    }
    yield* answerAll(echo, method, requests, context, sent);
  };
}
