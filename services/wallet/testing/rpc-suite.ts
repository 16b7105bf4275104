import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { Client } from '@connectrpc/connect';
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { FundsService } from '../../../proto/gen/ecommerce/wallet/internal/v1/funds_pb.ts';
import { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import type { Service } from '../../../platform/service.ts';
import { createTestDatabase, type TestDatabase } from '../../../platform/testing/database.ts';
import { createTestRpc, type TestRpc } from '../../../platform/testing/rpc.ts';
import { buildWallet } from '../app.ts';
import { readWalletConfig } from '../config.ts';
import { usd } from './suite.ts';

/** The whole service on a new database, called as in production: through all interceptors. */
export interface WalletRpcSuite {
  readonly database: TestDatabase;
  readonly service: Service;
  readonly registry: Registry;
  readonly rpc: TestRpc;
  readonly walletOf: (userId: string) => Client<typeof WalletService>;
  /** A client with the worker's service token. */
  readonly funds: () => Client<typeof FundsService>;
  /** A new user whose wallet has this balance in USD, in minor units. */
  readonly fundedUser: (minorUnits: bigint) => Promise<string>;
}

/** @param env settings by their environment names */
export async function createWalletRpcSuite(env: Readonly<Record<string, string>> = {}): Promise<WalletRpcSuite> {
  const database = await createTestDatabase('wallet', 'wallet');
  const registry = new Registry();
  const logger = pino({ level: 'silent' });
  const service = buildWallet({ db: database.db, logger, registry, config: readWalletConfig(env) });
  const rpc = await createTestRpc([service]);
  const walletOf = (userId: string) => rpc.connect(WalletService, { user: { userId } });
  return {
    database,
    service,
    registry,
    rpc,
    walletOf,
    funds: () => rpc.connect(FundsService, { as: 'worker' }),
    fundedUser: async (minorUnits) => {
      const userId = randomUUID();
      await walletOf(userId).createWallet({});
      await walletOf(userId).topUp({ amount: usd(minorUnits), requestId: randomUUID() });
      return userId;
    },
  };
}

/** A hold of a new order, which expires after 900 s and can be captured for 600 s. */
export function holdRequest(userId: string, minorUnits: bigint) {
  const captureDeadline = timestampFromDate(new Date(Date.now() + 600_000));
  return { orderId: randomUUID(), userId, amount: usd(minorUnits), ttlSeconds: 900, captureDeadline };
}
