import { getOption } from '@bufbuild/protobuf';
import type { Interceptor } from '@connectrpc/connect';
import { exportJWK, generateKeyPair, SignJWT, type JSONWebKeySet } from 'jose';
import { callers } from '../../proto/gen/ecommerce/options/v1/access_pb.ts';
import { contractServices } from '../../proto/testing/services.ts';
import { createAccessTokenVerifier, type AccessTokenVerifier } from '../auth/access-token.ts';
import { generateServiceKeys, type ServiceKeys } from '../auth/service-keys.ts';
import type { ServiceTokenVerifier } from '../auth/service-token.ts';
import { accessTokenAudience, accessTokenType, defaultIssuer, tokenAlgorithm } from '../auth/token-rules.ts';

export interface TestUser {
  /** UUID. */
  readonly userId: string;
  /** Default customer. */
  readonly roles?: readonly string[];
}

export interface TestAuth {
  readonly accessTokens: AccessTokenVerifier;
  readonly serviceTokens: ServiceTokenVerifier;
  readonly serviceKeys: ServiceKeys;
  readonly jwks: JSONWebKeySet;
  /** A genuine access token, good for 5 minutes. */
  readonly tokenOf: (user: TestUser) => Promise<string>;
  /** Sends that user's token with each call; nothing without a user. */
  readonly userInterceptor: (user: TestUser | undefined) => Interceptor;
}

/** Everybody whom the contract lets call an internal RPC. */
const callersInContract = [
  ...new Set(contractServices.flatMap(({ methods }) => methods.flatMap((method) => getOption(method, callers)))),
];

/** Key pairs of a test's own, with everything that verifies and signs by them. */
export async function createTestAuth(): Promise<TestAuth> {
  const { publicKey, privateKey } = await generateKeyPair(tokenAlgorithm, { crv: 'Ed25519' });
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: tokenAlgorithm, use: 'sig' }] };
  const serviceKeys = await generateServiceKeys(callersInContract);
  const tokenOf = ({ userId, roles = ['customer'] }: TestUser) =>
    new SignJWT({ roles, sid: crypto.randomUUID() })
      .setProtectedHeader({ alg: tokenAlgorithm, typ: accessTokenType, kid: 'test' })
      .setIssuer(defaultIssuer)
      .setAudience(accessTokenAudience)
      .setSubject(userId)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey);
  return {
    accessTokens: createAccessTokenVerifier({ issuer: defaultIssuer, fetchJwks: () => Promise.resolve(jwks) }),
    serviceTokens: serviceKeys.verifier(),
    serviceKeys,
    jwks,
    tokenOf,
    userInterceptor: (user) => (next) => async (request) => {
      if (user !== undefined) request.header.set('authorization', `Bearer ${await tokenOf(user)}`);
      return next(request);
    },
  };
}
