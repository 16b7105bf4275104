import type { DescService } from '@bufbuild/protobuf';
import { bindingsOf } from './bindings.ts';
import { commentOf } from './comments.ts';
import type { OpenApiDocument, PathItem } from './document.ts';
import { operationOf } from './operation.ts';
import { plainPaths, plainTag } from './plain-paths.ts';
import { problemSchema, sharedHeaders, sharedResponses } from './problems.ts';
import { Schemas } from './schemas.ts';

export interface OpenApiOptions {
  /** Public services only; what they offer is documented whole. */
  readonly services: readonly DescService[];
  readonly title: string;
  /** Of the API, for example `1.0.0`. */
  readonly version: string;
  /** Which of the paths that are no RPC are served. Default all. */
  readonly plainPaths?: readonly string[];
}

const introduction = [
  'JSON is proto3 JSON: camelCase names, 64-bit integers as strings, enums by name, durations as `"8s"`.',
  'Every error is `application/problem+json` with a stable `reason`.',
  'The same services are served over gRPC, gRPC-Web and Connect; streams only there.',
].join(' ');

function tagOf(service: DescService) {
  const streams = service.methods.filter(({ methodKind }) => methodKind !== 'unary').map(({ name }) => `\`${name}\``);
  const comment = commentOf(service.typeName) ?? service.typeName;
  const elsewhere = streams.length === 0 ? '' : `\n\nOnly by gRPC, gRPC-Web or Connect: ${streams.join(', ')}.`;
  return { name: service.name, description: `${comment}${elsewhere}` };
}

/**
 * The OpenAPI 3.1 document of the services' REST routes, made from their descriptors: `google.api.http` for the paths,
 * protovalidate's rules for requests, `access` for security, comments for text. Pure.
 * @throws Error for a part of the contract that it can't describe
 */
export function buildOpenApi(options: OpenApiOptions): OpenApiDocument {
  const schemas = new Schemas();
  const paths: Record<string, PathItem> = {};
  const bindings = options.services.flatMap(({ methods }) => methods.flatMap(bindingsOf));
  for (const binding of bindings) {
    paths[binding.path] = { ...paths[binding.path], [binding.verb]: operationOf(binding, schemas) };
  }
  const served = options.plainPaths ?? Object.keys(plainPaths);
  for (const [path, item] of Object.entries(plainPaths)) if (served.includes(path)) paths[path] = item;
  return {
    openapi: '3.1.0',
    info: {
      title: options.title,
      version: options.version,
      description: introduction,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [...options.services.map(tagOf), plainTag],
    paths,
    components: {
      schemas: { Problem: problemSchema, ...schemas.components },
      responses: sharedResponses,
      headers: sharedHeaders,
      securitySchemes: {
        bearerAuth: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'The `accessToken` of a login.',
        },
      },
    },
  };
}
