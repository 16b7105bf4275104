import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import { html, raw } from 'hono/html';
import { createHash } from 'node:crypto';
import { strictPolicy } from './assets.ts';

const style = `
:root { color-scheme: light dark; font: 1.05rem/1.6 system-ui, sans-serif; }
body { max-width: 36rem; margin: 15vh auto; padding: 0 1.5rem; }
code { overflow-wrap: anywhere; }
`;
const styleHash = createHash('sha256').update(style).digest('base64');
const policy = `${strictPolicy}; style-src 'sha256-${styleHash}'; img-src 'self'`;

/** Whether the caller is a browser that shows a page. Programs, which take anything or JSON, get a problem. */
export function prefersHtml(context: Context): boolean {
  const problem = 'application/problem+json';
  const supports = ['text/html', problem, 'application/json'];
  return accepts(context, { header: 'Accept', supports, default: problem }) === 'text/html';
}

/** What a browser shows for a path at which nothing is served. */
export async function notFoundPage(path: string, requestId: string): Promise<Response> {
  const page = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Not Found</title>
        <link rel="icon" href="/favicon.svg" />
        ${raw(`<style>${style}</style>`)}
      </head>
      <body>
        <main>
          <h1>Not Found</h1>
          <p>Nothing is served at <code>${path}</code>.</p>
          <p>The <a href="/docs">API reference</a> lists every path.</p>
          <p><small>Request ${requestId}</small></p>
        </main>
      </body>
    </html> `;
  return new Response(page.toString(), {
    status: 404,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      vary: 'accept, origin',
    },
  });
}
