import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { describe } from 'vitest';
import type { Lane } from '../../../platform/testing/model/check-model.ts';
import { modelTest } from '../../../platform/testing/model/model-test.ts';
import type { System } from '../../../platform/testing/model/model.ts';
import { captureHold } from '../domain/capture.ts';
import { expireOverdueHolds } from '../domain/expire.ts';
import { holdFunds } from '../domain/hold.ts';
import { listTransactions } from '../domain/list-transactions.ts';
import { refundCapture } from '../domain/refund.ts';
import { topUpWallet } from '../domain/top-up.ts';
import type { Wallet } from '../domain/types.ts';
import { voidHold } from '../domain/void.ts';
import { createWalletSuite, holdInput, usd, type WalletSuite } from './suite.ts';
import { newWallet, walletModel, type WalletState, type WalletStep } from './model.ts';

/** Order 0 comes most often, so that parallel calls often concern the same order. */
const order = fc.constantFrom(0, 0, 0, 1, 2);
const step = fc.oneof(
  fc.record({ call: fc.constant('topUp' as const), request: fc.nat({ max: 2 }), amount: fc.constantFrom(20n, 60n) }),
  { weight: 2, arbitrary: fc.record({ call: fc.constant('hold' as const), order, amount: fc.constantFrom(20n, 50n) }) },
  fc.record({ call: fc.constant('capture' as const), order }),
  fc.record({ call: fc.constant('void' as const), order }),
  fc.record({ call: fc.constant('refund' as const), order }),
  fc.record({ call: fc.constant('pass' as const), order, what: fc.constantFrom('deadline', 'expiry', 'expiry') }),
  fc.record({ call: fc.constant('sweep' as const) }),
);

/** A new user's wallet with the orders of one sequence. */
function systemOf({ deps, pass, walletOf }: WalletSuite, wallet: Wallet): System<WalletStep> {
  const orders = Array.from({ length: 3 }, () => randomUUID());
  const requests = Array.from({ length: 3 }, () => randomUUID());
  const transactions = new Map<string, string>();
  /** Adds a note to the answer if a repeat names another transaction than the first answer. */
  const named = (movement: string, transactionId: string, words: string) => {
    const first = transactions.get(movement) ?? transactionId;
    transactions.set(movement, first);
    return first === transactionId ? words : `${words}, by another transaction`;
  };
  const { userId } = wallet;
  return {
    perform: async (taken) => {
      const orderId = 'order' in taken ? (orders[taken.order] ?? '') : '';
      switch (taken.call) {
        case 'topUp': {
          const requestId = requests[taken.request] ?? '';
          const answer = await topUpWallet(deps, { userId, requestId, amount: usd(taken.amount) });
          const { balanceMinor, heldMinor } = answer.wallet;
          const words = `balance ${balanceMinor}, held ${heldMinor}`;
          return named(`topUp ${taken.request}`, answer.transaction.transactionId, words);
        }
        case 'hold':
          return (await holdFunds(deps, holdInput(wallet, taken.amount, { orderId }))).state;
        case 'capture':
        case 'refund': {
          const verb = taken.call === 'capture' ? captureHold : refundCapture;
          const { amount, transactionId } = await verb(deps, { orderId });
          const words = `${taken.call} of ${amount.minorUnits} for order ${taken.order}`;
          return named(`${taken.call} ${taken.order}`, transactionId, words);
        }
        case 'void':
          return voidHold(deps, { orderId });
        case 'pass':
          return pass(orderId, taken.what).then(() => 'ok');
        case 'sweep':
          return expireOverdueHolds(deps, {}).then(() => 'ok');
      }
    },
    look: async () => {
      const { balanceMinor, heldMinor } = await walletOf(wallet);
      const filter = { type: undefined, orderId: undefined, pageSize: 0, pageToken: '' };
      const journal = await listTransactions(deps, { userId, ...filter });
      const moves = journal.transactions.map(({ type, amount }) => `${type} ${amount.minorUnits}`);
      return [`balance ${balanceMinor}`, `held ${heldMinor}`, ...moves.toReversed()].join(', ');
    },
  };
}

async function open(): Promise<Lane<WalletStep, WalletState>> {
  const suite = await createWalletSuite();
  return {
    begin: async () => ({ state: newWallet(50n), system: systemOf(suite, await suite.fundedWallet(50n)) }),
    checkInvariants: () => suite.expectInvariants(),
    close: () => suite.database.close(),
  };
}

describe('the wallet beside a model of it', () => {
  modelTest('gives the same answers, balances and movements', { name: 'wallet', model: walletModel, step, open });
});
