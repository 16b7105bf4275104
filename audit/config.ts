import { z } from 'zod';
import { postgresUrl } from '../platform/config/schemas.ts';
import { bookNames, perBook, type BookName, type BookUrls } from './book.ts';

type Env = Readonly<Record<string, string | undefined>>;

const schema = z.object({
  /** Seconds between two scheduled audits; 0 for none. */
  AUDIT_EVERY_SECONDS: z.coerce.number().int().min(0).max(86_400).default(300),
  AUDIT_SETTLED_SECONDS: z.coerce.number().int().min(0).max(86_400).default(120),
});

export interface AuditConfig {
  readonly everySeconds: number;
  readonly settledSeconds: number;
  /** Undefined if this process has no database to audit. Then no audit is scheduled. */
  readonly urls: BookUrls | undefined;
}

/** The service that owns each book. Its name is part of the settings and of the folder with its migrations. */
export const bookOwners: Readonly<Record<BookName, string>> = {
  orders: 'order',
  wallet: 'wallet',
  products: 'products',
  cart: 'cart',
  backoffice: 'backoffice',
};

/** @throws ZodError with every invalid setting */
export function readAuditConfig(env: Env, known: Partial<BookUrls> = {}): AuditConfig {
  const read = schema.parse(env);
  return {
    everySeconds: read.AUDIT_EVERY_SECONDS,
    settledSeconds: read.AUDIT_SETTLED_SECONDS,
    urls: readBookUrls(env, known),
  };
}

/**
 * The address of each book: `AUDIT_<SERVICE>_DATABASE_URL`, else `AUDIT_DATABASE_URL`, else the one in `known`, else
 * `<SERVICE>_DATABASE_URL` or `DATABASE_URL`. Undefined if a book has none of them.
 * @throws ZodError if an address is not a URL of Postgres
 */
export function readBookUrls(env: Env, known: Partial<BookUrls> = {}): BookUrls | undefined {
  const of = (name: BookName): string | undefined => {
    const service = bookOwners[name].toUpperCase();
    const own = given(env, `AUDIT_${service}_DATABASE_URL`, 'AUDIT_DATABASE_URL');
    return own ?? known[name] ?? given(env, `${service}_DATABASE_URL`, 'DATABASE_URL');
  };
  const urls = perBook(of);
  return isComplete(urls) ? urls : undefined;
}

function isComplete(urls: Readonly<Record<BookName, string | undefined>>): urls is BookUrls {
  return bookNames.every((name) => urls[name] !== undefined);
}

function given(env: Env, ...names: readonly string[]): string | undefined {
  const name = names.find((candidate) => (env[candidate] ?? '') !== '');
  return name === undefined ? undefined : z.object({ [name]: postgresUrl }).parse(env)[name];
}
