/**
 * Who is signed in, kept for this tab: a reload stays signed in, and closing the tab signs out. localStorage would keep
 * the tokens after that, for whoever opens the browser next. A cookie would be sent by itself, and the API takes none.
 */

export interface Session {
  readonly email: string;
  readonly roles: readonly string[];
  readonly accessToken: string;
  readonly refreshToken: string;
  /** When the access token ends, in milliseconds since the epoch. */
  readonly endsAtMs: number;
  /** A random id that the copies of this session share (twins.ts). */
  readonly family: string;
}

const key = 'session';

/** A browser may forbid storage. Then the session lasts until the page is left. */
function storage(): Storage | undefined {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined;
  }
}

function isSession(value: unknown): value is Session {
  if (typeof value !== 'object' || value === null) return false;
  const { email, roles, accessToken, refreshToken, endsAtMs, family } = value as Partial<
    Record<keyof Session, unknown>
  >;
  const areTexts = [email, accessToken, refreshToken, family].every((text) => typeof text === 'string');
  return areTexts && Array.isArray(roles) && typeof endsAtMs === 'number';
}

/** The session that this tab had before a reload; undefined if there is none, or one of another version of the page. */
export function readSession(): Session | undefined {
  try {
    const kept: unknown = JSON.parse(storage()?.getItem(key) ?? 'null');
    return isSession(kept) ? kept : undefined;
  } catch {
    return undefined;
  }
}

export function writeSession(session: Session | undefined): void {
  try {
    if (session === undefined) storage()?.removeItem(key);
    else storage()?.setItem(key, JSON.stringify(session));
  } catch {
    // A full storage: the session lasts until the page is left.
  }
}
