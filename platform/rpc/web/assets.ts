import type { Context } from 'hono';
import { matches } from '../answers/conditional.ts';
import { Representation } from '../answers/representation.ts';

/** Lets a page load nothing, run nothing and stand in no frame. */
export const strictPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export function toAsset(contentType: string, content: string | Buffer): Representation {
  return new Representation(contentType, Buffer.from(content));
}

/** Makes a value when it is first used: some files are large, and most processes never serve them. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/** Sends a page or a file of a page. A client that has it already gets 304. */
export async function sendAsset(context: Context, asset: Representation, policy: string): Promise<Response> {
  const form = await asset.for(context.req.header('accept-encoding'));
  const known = matches(context.req.header('if-none-match'), [form.etag, asset.plain.etag]);
  const headers = {
    etag: known ?? form.etag,
    vary: 'accept-encoding, origin',
    'cache-control': 'no-cache',
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
  };
  if (known !== undefined) return context.body(null, 304, headers);
  return context.body(new Uint8Array(form.bytes), 200, {
    ...headers,
    'content-type': asset.contentType,
    ...(form.coding === 'identity' ? {} : { 'content-encoding': form.coding }),
  });
}
