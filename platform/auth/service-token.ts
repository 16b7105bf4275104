import { createLocalJWKSet, importJWK, jwtVerify, SignJWT, type JSONWebKeySet, type JWK } from 'jose';
import { z } from 'zod';
import { tokenError } from './access-token.ts';
import { createTokenCache } from './token-cache.ts';
import { requireOneSpelling, serviceTokenType, tokenAlgorithm } from './token-rules.ts';

const lifeSeconds = 60;
const renewBeforeSeconds = 20;
const keepMs = (lifeSeconds - renewBeforeSeconds) * 1000;

/** The method that a service token allows to call. */
interface ServiceTokenUse {
  /** Type name of the called service, for example `ecommerce.wallet.internal.v1.FundsService`. */
  readonly audience: string;
  /** The method's name, for example `Hold`. */
  readonly scope: string;
}

export interface ServiceTokenSigner {
  readonly caller: string;
  /** A token that is valid for at least 20 s more. */
  readonly sign: (use: ServiceTokenUse) => Promise<string>;
}

export interface ServiceTokenVerifier {
  /** The caller's name in a token that was verified for the same use shortly before; undefined for any other. */
  readonly known: (token: string, use: ServiceTokenUse) => string | undefined;
  /**
   * The caller's name.
   * @throws unauthenticated TOKEN_INVALID or TOKEN_EXPIRED
   */
  readonly verify: (token: string, use: ServiceTokenUse) => Promise<string>;
}

/** By the wall clock, as its callees judge it, and by one that never goes back, since theirs may be right. */
interface KeptToken {
  readonly token: Promise<string>;
  readonly untilMs: number;
  readonly keptUntilMs: number;
}

/**
 * Signs tokens as one caller with its Ed25519 key. A token is valid for 60 s and is reused until 20 s before its end.
 */
export function createServiceTokenSigner(options: {
  readonly caller: string;
  readonly privateJwk: JWK;
}): ServiceTokenSigner {
  const key = importJWK(options.privateJwk, tokenAlgorithm);
  // `sign` reports a key that cannot be read. Without this line it would also be an unhandled rejection.
  key.catch(() => undefined);
  const kept = new Map<string, KeptToken>();

  async function signNew({ audience, scope }: ServiceTokenUse): Promise<string> {
    return new SignJWT({ scope })
      .setProtectedHeader({ alg: tokenAlgorithm, typ: serviceTokenType, kid: options.caller })
      .setIssuer(options.caller)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(`${lifeSeconds}s`)
      .sign(await key);
  }

  return {
    caller: options.caller,
    sign: (use) => {
      const id = `${use.audience} ${use.scope}`;
      const known = kept.get(id);
      if (known !== undefined && known.untilMs > Date.now() && known.keptUntilMs > performance.now())
        return known.token;
      const token = signNew(use);
      kept.set(id, { token, untilMs: Date.now() + keepMs, keptUntilMs: performance.now() + keepMs });
      token.catch(() => kept.delete(id));
      return token;
    },
  };
}

const claimsSchema = z.object({ scope: z.string(), exp: z.number() });

/** Verifies service tokens with the configured public keys. A key is valid only for the caller that its kid names. */
export function createServiceTokenVerifier(options: { readonly publicJwks: JSONWebKeySet }): ServiceTokenVerifier {
  const keys = createLocalJWKSet(options.publicJwks);
  const cache = createTokenCache<string>({ size: 1000, seconds: lifeSeconds });

  async function verify(token: string, use: ServiceTokenUse): Promise<{ caller: string; expiresAtMs: number }> {
    requireOneSpelling(token);
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      audience: use.audience,
      algorithms: [tokenAlgorithm],
      typ: serviceTokenType,
      requiredClaims: ['exp', 'iat', 'iss'],
      maxTokenAge: lifeSeconds,
      clockTolerance: 5,
    });
    const { scope, exp } = claimsSchema.parse(payload);
    const caller = payload.iss;
    if (caller === undefined || caller !== protectedHeader.kid) throw new Error('iss is not the owner of the key');
    if (!scope.split(' ').includes(use.scope)) throw new Error(`scope does not include ${use.scope}`);
    return { caller, expiresAtMs: exp * 1000 };
  }

  const scopeOf = ({ audience, scope }: ServiceTokenUse) => `${audience} ${scope}`;
  return {
    known: (token, use) => cache.get(token, scopeOf(use)),
    verify: async (token, use) => {
      const scope = scopeOf(use);
      const known = cache.get(token, scope);
      if (known !== undefined) return known;
      try {
        const { caller, expiresAtMs } = await verify(token, use);
        cache.set(token, caller, expiresAtMs, scope);
        return caller;
      } catch (error) {
        throw tokenError(error);
      }
    },
  };
}
