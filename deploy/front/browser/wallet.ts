/** The wallet of whoever is signed in. */
import { formatMoney } from '../../../proto/money.ts';
import { act } from './act.ts';
import { reasonOf, wallets } from './api.ts';
import { find } from './dom.ts';
import { newRequestId } from './request-id.ts';

const topUp = find('top-up', HTMLButtonElement);
const balance = find('balance', HTMLElement);
const currencyCode = 'USD';

let asked = 0;

/** Shows the money. An answer that was asked for earlier than the last one may be older, so it is not shown. */
export async function showWallet(): Promise<void> {
  const mine = ++asked;
  const { wallet } = await wallets.getWallet({}).catch((error: unknown) => {
    if (reasonOf(error) !== 'WALLET_NOT_FOUND') throw error;
    return wallets.createWallet({ currencyCode });
  });
  if (mine !== asked) return;
  topUp.disabled = false;
  balance.textContent = wallet?.available === undefined ? '' : formatMoney(wallet.available);
}

export function clearWallet(): void {
  // A new customer has a wallet only after the first look at it.
  topUp.disabled = true;
  balance.textContent = '';
}

topUp.addEventListener('click', () =>
  act(async () => {
    const amount = { currencyCode, minorUnits: 10_000n };
    await wallets.topUp({ amount, requestId: newRequestId() }).catch((error: unknown) => {
      if (reasonOf(error) !== 'FREE_TOP_UP_DISABLED') throw error;
      topUp.hidden = true;
      find('no-top-up', HTMLElement).hidden = false;
    });
    await showWallet();
  }),
);
