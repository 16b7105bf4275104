import { create } from '@bufbuild/protobuf';
import { WalletSchema, type Wallet as WalletMessage } from '../../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';
import { availableMinor, type Wallet } from '../domain/types.ts';

export function walletToMessage(wallet: Wallet): WalletMessage {
  const { walletId, currencyCode } = wallet;
  return create(WalletSchema, {
    walletId,
    currencyCode,
    balance: { currencyCode, minorUnits: wallet.balanceMinor },
    held: { currencyCode, minorUnits: wallet.heldMinor },
    available: { currencyCode, minorUnits: availableMinor(wallet) },
  });
}
