import { createServer, type IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import protobuf from 'protobufjs';
import { z } from 'zod';
import { listen } from '../../../platform/rpc/server/connections.ts';

/** What a test looks at in OTLP's message. Field numbers are those of opentelemetry-proto 1.7. */
const schema = `
  syntax = "proto3";
  message Value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; }
  message Attribute { string key = 1; Value value = 2; }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
    repeated Attribute attributes = 9;
  }
  message ScopeSpans { repeated Span spans = 2; }
  message Resource { repeated Attribute attributes = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message Request { repeated ResourceSpans resource_spans = 1; }
`;

const attribute = z.object({
  key: z.string(),
  value: z.object({ stringValue: z.string().default('') }).default({ stringValue: '' }),
});
const hex = z
  .string()
  .default('')
  .transform((text) => Buffer.from(text, 'base64').toString('hex'));
const requestSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attribute) }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: hex,
              spanId: hex,
              parentSpanId: hex,
              name: z.string(),
              kind: z.number().default(0),
              attributes: z.array(attribute).default([]),
            }),
          ),
        }),
      ),
    }),
  ),
});

/** A span as it arrived. `parentSpanId` is empty for a root. */
export interface Received {
  /** The process that sent it. */
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  /** OTLP's number: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Collector {
  readonly url: string;
  readonly spans: readonly Received[];
  /** The headers of each request, with its path. */
  readonly requests: readonly { readonly path: string; readonly headers: IncomingHttpHeaders }[];
  readonly close: () => Promise<void>;
}

/** A collector that takes OTLP over HTTP in protobuf, as OpenTelemetry's own does on port 4318. */
export async function startCollector(): Promise<Collector> {
  const type = protobuf.parse(schema).root.lookupType('Request');
  const spans: Received[] = [];
  const requests: { path: string; headers: IncomingHttpHeaders }[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      requests.push({ path: request.url ?? '', headers: request.headers });
      const message = type.toObject(type.decode(body), { bytes: String, longs: String });
      for (const { resource, scopeSpans } of requestSchema.parse(message).resourceSpans) {
        const service = textsOf(resource.attributes)['service.name'] ?? '';
        for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
          spans.push({ ...span, service, attributes: textsOf(span.attributes) });
        }
      }
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  const url = await listen(server, '127.0.0.1', 0);
  return {
    url,
    spans,
    requests,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function textsOf(attributes: readonly z.infer<typeof attribute>[]): Record<string, string> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]));
}
