import type { IncomingHttpHeaders } from 'node:http2';

/** Headers of Node as headers of fetch, without HTTP/2's own. */
export function webHeaders(headers: IncomingHttpHeaders): Headers {
  const web = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(':') || value === undefined) continue;
    for (const each of Array.isArray(value) ? value : [value]) web.append(name, each);
  }
  return web;
}

/** Headers of fetch as headers of Node. */
export function nodeHeaders(web: Headers | undefined): Record<string, string> {
  return web === undefined ? {} : Object.fromEntries(web);
}
