import { baseUrl, CallError, restRoutes, type Driver, type Json } from './driver.ts';

/** Query parameters: nested fields are written with dots, repeated fields are repeated. */
export function toQuery(request: Json, prefix = ''): [string, string][] {
  return Object.entries(request).flatMap(([key, value]): [string, string][] => {
    if (Array.isArray(value)) return value.map((item): [string, string] => [prefix + key, String(item)]);
    if (typeof value === 'object' && value !== null) return toQuery(value as Json, `${prefix}${key}.`);
    return [[prefix + key, String(value)]];
  });
}

/** Calls over REST with plain `fetch`. It uses only the paths above, no code of ours. */
export function restDriver(): Driver {
  return {
    name: 'REST',
    close: async () => undefined,
    async call(method, request, token) {
      const [verb = '', template = ''] = restRoutes[method].split(' ');
      const rest = { ...request };
      const path = template.replaceAll(/\{(\w+)\}/g, (_, field: string) => {
        const value = rest[field];
        delete rest[field];
        return encodeURIComponent(String(value));
      });
      const hasBody = verb === 'POST' || verb === 'PATCH';
      const query = hasBody ? '' : `?${new URLSearchParams(toQuery(rest)).toString()}`;
      const headers = new Headers(token === undefined ? {} : { authorization: `Bearer ${token}` });
      if (hasBody) headers.set('content-type', 'application/json');
      const response = await fetch(`${baseUrl()}${path}${query}`, {
        method: verb,
        headers,
        ...(hasBody ? { body: JSON.stringify(rest) } : {}),
      });
      const body = (await response.json()) as Json;
      if (response.ok) return body;
      throw new CallError(String(response.status), String(body['reason']), String(body['detail']));
    },
  };
}
