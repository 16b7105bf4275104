import type { DescService } from '@bufbuild/protobuf';
import { bindingsOf } from './bindings.ts';
import { commentOf } from './comments.ts';
import type { OpenApiDocument, PathItem } from './document.ts';
import { sources } from './examples.ts';
import { operationOf } from './operation.ts';
import { plainPaths, plainTag } from './plain-paths.ts';
import { problemSchema, sharedHeaders, sharedResponses } from './problems.ts';
import { Schemas } from './schemas.ts';

const title = 'E-commerce API';
/** Version of the API. */
const version = '1.0.0';
/** The repository, by the same name as in the manifests of Argo CD. Whoever runs a shop puts in their own. */
const contact = { name: 'The maintainers', url: 'https://github.com/your-organisation/ecommerce' } as const;

const introduction = [
  'JSON is proto3 JSON: camelCase names, 64-bit integers as strings, enums by name, durations as `"8s"`.',
  'Unknown fields and query parameters are refused; an empty query parameter counts as not sent.',
  'Every error is `application/problem+json` with a stable `reason`.',
  'The same services are served over gRPC, gRPC-Web and Connect. Streams are served only there.',
].join(' ');

function tagOf(service: DescService) {
  const streams = service.methods.filter(({ methodKind }) => methodKind !== 'unary').map(({ name }) => `\`${name}\``);
  const comment = commentOf(service.typeName) ?? service.typeName;
  const streamNote = streams.length === 0 ? '' : `\n\nOnly over gRPC, gRPC-Web or Connect: ${streams.join(', ')}.`;
  return { name: service.name, description: `${comment}${streamNote}` };
}

/**
 * Builds the OpenAPI 3.1 document of the services' REST routes and of the plain paths. It uses the descriptors:
 * `google.api.http` for paths, protovalidate's rules for requests, `access` for security, and comments for text. Pure.
 * @throws Error for a part of the contract that it cannot describe
 */
export function buildOpenApi(services: readonly DescService[]): OpenApiDocument {
  const schemas = new Schemas();
  const paths: Record<string, PathItem> = {};
  const bindings = services.flatMap(({ methods }) => methods.flatMap(bindingsOf));
  for (const binding of bindings) {
    paths[binding.path] = { ...paths[binding.path], [binding.verb]: operationOf(binding, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title,
      version,
      description: introduction,
      contact,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [...services.map(tagOf), plainTag],
    paths: { ...paths, ...plainPaths },
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
    'x-sources': sources,
  };
}
