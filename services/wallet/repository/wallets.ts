import { and, eq, sql } from 'drizzle-orm';
import type { Money } from '../../../proto/money.ts';
import type { Executor } from '../../../platform/data/db/database.ts';
import type { Wallet } from '../domain/types.ts';
import { wallets } from '../schema.ts';

export const walletColumns = {
  walletId: wallets.id,
  userId: wallets.userId,
  currencyCode: wallets.currencyCode,
  balanceMinor: wallets.balanceMinor,
  heldMinor: wallets.heldMinor,
};

/**
 * Statements on wallets. A hold's row is always locked before its wallet (rule S38). A wallet is locked FOR NO KEY
 * UPDATE: the foreign key of a new hold has a key-share lock on the wallet, so with FOR UPDATE two holds would
 * deadlock.
 */
export function walletStatements(db: Executor) {
  return {
    /** @returns undefined, with nothing written, if the user has a wallet already */
    insertWallet: async (walletId: string, userId: string, currencyCode: string): Promise<Wallet | undefined> => {
      const [row] = await db
        .insert(wallets)
        .values({ id: walletId, userId, currencyCode })
        .onConflictDoNothing({ target: wallets.userId })
        .returning(walletColumns);
      return row;
    },

    lockWalletOf: async (userId: string): Promise<Wallet | undefined> => {
      const [row] = await db.select(walletColumns).from(wallets).where(eq(wallets.userId, userId)).for('no key update');
      return row;
    },

    /**
     * Moves an amount from available to held.
     * @returns false, with nothing written, if less is available in this currency
     */
    holdAvailable: async (userId: string, { currencyCode, minorUnits }: Money): Promise<boolean> => {
      const moved = await db
        .update(wallets)
        .set({ heldMinor: sql`${wallets.heldMinor} + ${minorUnits}` })
        .where(
          and(
            eq(wallets.userId, userId),
            eq(wallets.currencyCode, currencyCode),
            sql`${wallets.balanceMinor} - ${wallets.heldMinor} >= ${minorUnits}`,
          ),
        )
        .returning({ walletId: wallets.id });
      return moved.length > 0;
    },

    /** Moves an amount from held to available. */
    freeHeld: async (walletId: string, minorUnits: bigint): Promise<void> => {
      await db
        .update(wallets)
        .set({ heldMinor: sql`${wallets.heldMinor} - ${minorUnits}` })
        .where(eq(wallets.id, walletId));
    },

    moveBalance: async (walletId: string, balanceDelta: bigint, heldDelta: bigint): Promise<Wallet> => {
      const [row] = await db
        .update(wallets)
        .set({
          balanceMinor: sql`${wallets.balanceMinor} + ${balanceDelta}`,
          heldMinor: sql`${wallets.heldMinor} + ${heldDelta}`,
        })
        .where(eq(wallets.id, walletId))
        .returning(walletColumns);
      if (row === undefined) throw new Error(`wallet ${walletId} is gone`);
      return row;
    },
  };
}
