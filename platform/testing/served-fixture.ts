import type { Fixture } from './fixture.ts';
import { createTestRpc } from './rpc.ts';

/** The user who calls. */
export const callerId = '0d8f8a32-5d0b-4a5e-9b56-0f8e5b1f7a10';

export interface ServedFixture {
  /** Of the HTTP listener. */
  readonly url: string;
  /** Of the gRPC listener. */
  readonly grpcUrl: string;
  /** The header of an administrator. */
  readonly authorization: string;
  readonly stop: () => Promise<void>;
}

/** Opens the listeners of a fixture. */
export async function serveFixture({ service }: Fixture): Promise<ServedFixture> {
  const { server, auth } = await createTestRpc([service]);
  const { http: url, grpc: grpcUrl = '' } = await server.start();
  const authorization = `Bearer ${await auth.tokenOf({ userId: callerId, roles: ['admin'] })}`;
  return { url, grpcUrl, authorization, stop: () => server.stop() };
}
