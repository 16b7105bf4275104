/** The front page: who is signed in, and which view is shown. The page has the markup (runtime/front/page.ts). */
import { act, onPlatformReturn, tell } from './act.ts';
import { isSupport, onSessionEnd, register, signIn, signOut, whoIsSignedIn } from './api.ts';
import { clearCart, followOrder, showCart } from './cart.ts';
import { clearCatalog, enterShop } from './catalog.ts';
import { find } from './dom.ts';
import { clearFields, tellBeside } from './fields.ts';
import { enterOrder, leaveOrder, onOrderState } from './order.ts';
import { clearOrders, enterOrders, putOrder } from './orders.ts';
import { shortId } from './order-rows.ts';
import type { Place } from './place.ts';
import { createRouter, type View } from './router.ts';
import { clearSupport, enterSupport, updateFound } from './support.ts';
import { clearWallet, showWallet } from './wallet.ts';

const signInView = find('sign-in-view', HTMLElement);
const signInForm = find('sign-in', HTMLFormElement);
const ended = find('session-ended', HTMLElement);
const signedIn = find('signed-in', HTMLElement);
const supportLink = document.querySelector<HTMLElement>('#menu li:has([href="#/support"])');
const why = find('nothing-why', HTMLElement);

const views: Readonly<Record<string, View>> = {
  shop: { title: () => 'Shop', enter: enterShop },
  cart: { title: () => 'Cart', enter: () => act(showCart) },
  orders: { title: () => 'My orders', enter: enterOrders },
  order: { title: ({ id }) => `Order ${shortId(id)}`, enter: enterOrder, leave: leaveOrder },
  support: { title: () => 'Support', enter: enterSupport },
  platform: { title: () => 'Platform' },
  nothing: { title: () => 'Nothing is here', enter: tellWhy },
};

function tellWhy({ name }: Place): void {
  why.textContent =
    name === 'support'
      ? 'Only support and administrators see the orders of all customers.'
      : 'No view has this address.';
}

function viewAt({ name, id }: Place): string {
  if (name === 'orders' && id !== '') return 'order';
  if (id !== '' || !Object.hasOwn(views, name) || name === 'order') return 'nothing';
  return name === 'support' && !isSupport() ? 'nothing' : name;
}

const router = createRouter(views, viewAt);

function load(focus: boolean): void {
  act(async () => void (await Promise.all([showWallet(), showCart()])));
  router.open({ focus });
}

function enter(email: string, focus: boolean): void {
  find('who', HTMLElement).textContent = email;
  signInView.hidden = true;
  ended.hidden = true;
  signedIn.hidden = false;
  if (supportLink !== null) supportLink.hidden = !isSupport();
  load(focus);
}

function leave(): void {
  signInView.hidden = false;
  signedIn.hidden = true;
  router.close();
  clearCatalog();
  clearOrders();
  clearSupport();
  clearCart();
  clearWallet();
}

signInForm.addEventListener('submit', (event) => {
  event.preventDefault();
  const data = new FormData(signInForm);
  const credentials = { email: String(data.get('email')), password: String(data.get('password')) };
  const isNew = event.submitter?.id === 'register';
  act(async () => {
    clearFields(signInForm);
    try {
      await (isNew ? register(credentials) : signIn(credentials));
    } catch (error) {
      if (tellBeside(signInForm, error)) return;
      throw error;
    }
    signInForm.reset();
    enter(credentials.email, true);
  });
});

find('sign-out', HTMLButtonElement).addEventListener('click', () => {
  // Whoever signs in next begins at the shop.
  history.pushState(null, '', location.pathname);
  leave();
  find('sign-in-title', HTMLElement).focus();
  act(signOut);
});

onOrderState((order, isMine) => {
  updateFound(order);
  if (!isMine) return;
  putOrder(order);
  followOrder(order).catch(tell);
});
// The address stays: a new sign-in goes on where the session has ended.
onSessionEnd(() => {
  leave();
  ended.hidden = false;
});
onPlatformReturn(() => {
  if (whoIsSignedIn() !== undefined) load(false);
});
leave();
const known = whoIsSignedIn();
if (known !== undefined) enter(known, false);
