import { and, eq, sql } from 'drizzle-orm';
import type { Money } from '../../../proto/money.ts';
import type { Executor } from '../../../platform/data/db/database.ts';
import type { Wallet } from '../domain/types.ts';
import { wallets } from '../schema.ts';

const columns = {
  walletId: wallets.id,
  userId: wallets.userId,
  currencyCode: wallets.currencyCode,
  balanceMinor: wallets.balanceMinor,
  heldMinor: wallets.heldMinor,
};

/**
 * Statements on wallets. Holds' rows are locked before wallets' rows, always; and never FOR UPDATE: a new hold's
 * foreign key has a key-share lock on its wallet, so that two holds would wait for each other.
 */
export function walletStatements(db: Executor) {
  return {
    /** undefined if the user has a wallet already. */
    insertWallet: async (walletId: string, userId: string, currencyCode: string): Promise<Wallet | undefined> => {
      const [row] = await db
        .insert(wallets)
        .values({ id: walletId, userId, currencyCode })
        .onConflictDoNothing({ target: wallets.userId })
        .returning(columns);
      return row;
    },

    findWalletOf: async (userId: string): Promise<Wallet | undefined> => {
      const [row] = await db.select(columns).from(wallets).where(eq(wallets.userId, userId));
      return row;
    },

    lockWalletOf: async (userId: string): Promise<Wallet | undefined> => {
      const [row] = await db.select(columns).from(wallets).where(eq(wallets.userId, userId)).for('no key update');
      return row;
    },

    /** Moves the amount from available to held; false, and nothing happens, if there isn't as much in this currency. */
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
        .returning(columns);
      if (row === undefined) throw new Error(`wallet ${walletId} is gone`);
      return row;
    },
  };
}
