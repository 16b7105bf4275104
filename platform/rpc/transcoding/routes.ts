import { getOption, hasOption, type DescMethod, type DescMethodUnary } from '@bufbuild/protobuf';
import type { UniversalHandler } from '@connectrpc/connect/protocol';
import { http } from '../../../proto/gen/google/api/annotations_pb.ts';
import type { HttpRule } from '../../../proto/gen/google/api/http_pb.ts';
import { parsePathTemplate, type PathTemplate } from './path-template.ts';

/** One way to call a method by REST. */
export interface RestRoute {
  /** GET, PUT, POST, DELETE, PATCH, or a custom one. */
  readonly httpMethod: string;
  readonly template: PathTemplate;
  /** `*` for the whole message, a field's proto name, or empty for no body. */
  readonly body: string;
  readonly method: DescMethodUnary;
  readonly handler: UniversalHandler;
}

type RouteMatch =
  | { readonly kind: 'route'; readonly route: RestRoute; readonly values: readonly string[] }
  | { readonly kind: 'wrong-method'; readonly template: string; readonly allow: readonly string[] };

export interface RouteTable {
  readonly routes: readonly RestRoute[];
  /** The route of a raw (still percent-encoded) path; undefined if no route has it. */
  readonly find: (httpMethod: string, path: string) => RouteMatch | undefined;
}

function verbAndPath(rule: HttpRule): readonly [string, string] | undefined {
  const { pattern } = rule;
  switch (pattern.case) {
    case 'get':
    case 'put':
    case 'post':
    case 'delete':
    case 'patch':
      return [pattern.case.toUpperCase(), pattern.value];
    case 'custom':
      return [pattern.value.kind, pattern.value.path];
    case undefined:
      return undefined;
  }
}

function isUnary(method: DescMethod): method is DescMethodUnary {
  return method.methodKind === 'unary';
}

function routesOf(handler: UniversalHandler): RestRoute[] {
  const { method } = handler;
  if (!isUnary(method) || !hasOption(method, http)) return [];
  const rule = getOption(method, http);
  return [rule, ...rule.additionalBindings].flatMap((binding) => {
    const at = verbAndPath(binding);
    if (at === undefined) return [];
    if (binding.responseBody !== '') throw new Error(`${method.toString()}: response_body is not supported`);
    return [{ httpMethod: at[0], template: parsePathTemplate(at[1]), body: binding.body, method, handler }];
  });
}

function pick(httpMethod: string, candidates: readonly RestRoute[], values: readonly string[]): RouteMatch | undefined {
  const wanted = httpMethod === 'HEAD' ? 'GET' : httpMethod;
  const [first] = candidates;
  if (first === undefined) return undefined;
  const route = candidates.find((candidate) => candidate.httpMethod === wanted);
  if (route !== undefined) return { kind: 'route', route, values };
  const methods = candidates.map((candidate) => candidate.httpMethod);
  const allow = [...new Set([...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'])].sort();
  return { kind: 'wrong-method', template: first.template.text, allow };
}

/** REST routes of all unary methods that have a `google.api.http` annotation. Literal paths win over variables. */
export function createRouteTable(handlers: readonly UniversalHandler[]): RouteTable {
  const routes = handlers.flatMap(routesOf);
  const literal = Map.groupBy(
    routes.filter(({ template }) => template.isLiteral),
    ({ template }) => template.text,
  );
  const byTemplate = Map.groupBy(
    routes.filter(({ template }) => !template.isLiteral),
    ({ template }) => template.text.replaceAll(/\{[^}]*\}/g, '{}'),
  );
  return {
    routes,
    find: (httpMethod, path) => {
      const exact = pick(httpMethod, literal.get(path) ?? [], []);
      if (exact !== undefined) return exact;
      for (const candidates of byTemplate.values()) {
        const values = candidates[0]?.template.match(path);
        if (values !== undefined) return pick(httpMethod, candidates, values);
      }
      return undefined;
    },
  };
}
