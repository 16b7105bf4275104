import type { Client } from '@connectrpc/connect';
import type { WalletService } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { present } from '../convert/present.ts';
import type { Wallets } from '../ports.ts';
import { answerOf, onBehalfOf } from './calls.ts';

export type WalletClient = Pick<Client<typeof WalletService>, 'getWallet'>;

/** The wallet service. */
export function createWallets(client: WalletClient): Wallets {
  return {
    readCurrency: async (buyer) => {
      const { wallet } = await answerOf(client.getWallet({}, onBehalfOf(buyer)));
      return present(wallet, 'a wallet').currencyCode;
    },
  };
}
