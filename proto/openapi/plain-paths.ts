import type { Operation, PathItem, Response, Schema } from './document.ts';

const tag = 'Process';

function json(description: string, schema: Schema): Response {
  return { description, content: { 'application/json': { schema } } };
}

function get(operationId: string, summary: string, responses: Readonly<Record<string, Response>>): PathItem {
  const refused = { '4XX': { $ref: '#/components/responses/Problem' } };
  const operation: Operation = {
    ...{ operationId, tags: [tag], summary, security: [] },
    responses: { ...responses, ...refused },
  };
  return { get: operation };
}

const health: Schema = {
  type: 'object',
  properties: {
    status: { type: 'string', const: 'healthy' },
    service: { type: 'string', pattern: '-service$', description: 'Role of the process.' },
    timestamp: { type: 'integer', description: 'Epoch seconds.' },
  },
  required: ['status', 'service', 'timestamp'],
};

const keySet: Schema = {
  type: 'object',
  description: 'JSON Web Key Set (RFC 7517) with Ed25519 keys (RFC 8037).',
  properties: {
    keys: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          kty: { type: 'string', const: 'OKP' },
          crv: { type: 'string', const: 'Ed25519' },
          x: { type: 'string' },
          kid: { type: 'string' },
          alg: { type: 'string' },
          use: { type: 'string' },
        },
        required: ['kty', 'crv', 'x', 'kid'],
      },
    },
  },
  required: ['keys'],
};

/** Public HTTP paths that are not RPCs. `/ready` and `/metrics` are left out, because they are for operators. */
export const plainPaths: Readonly<Record<string, PathItem>> = {
  '/.well-known/jwks.json': get('Jwks', 'The keys that verify access tokens', { 200: json('The key set.', keySet) }),
  '/health': get('Health', 'Whether the process is alive; checks nothing else', {
    200: json('The process is alive.', health),
  }),
};

export const plainTag = { name: tag, description: 'For processes that verify tokens, and for load balancers.' };
