import { getOption } from '@bufbuild/protobuf';
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
  /** A valid access token for 5 minutes. */
  readonly tokenOf: (user: TestUser) => Promise<string>;
}

/** All services that the contract lets call an internal RPC. */
const callersInContract = [
  ...new Set(contractServices.flatMap(({ methods }) => methods.flatMap((method) => getOption(method, callers)))),
];

/** Makes key pairs for one test, with everything that signs and verifies with them. */
export async function createTestAuth(): Promise<TestAuth> {
  const { publicKey, privateKey } = await generateKeyPair(tokenAlgorithm, { crv: 'Ed25519' });
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: tokenAlgorithm, use: 'sig' }] };
  const serviceKeys = generateServiceKeys(callersInContract);
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
  };
}
