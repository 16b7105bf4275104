import { randomUUID } from 'node:crypto';
import { Buyer } from './buyer.ts';
import { grpcDoor, ledElsewhere, restDoor, type Door, type Json } from './door.ts';
import { createMemory, type Memory } from './memory.ts';
import { patiently } from './patience.ts';

export interface Product {
  readonly productId: string;
  readonly priceMinor: number;
  /** Pieces that it was made with. */
  readonly pieces: number;
}

export interface ShopOptions {
  /** For example http://127.0.0.1:8000. */
  readonly api: string;
  /** For example http://127.0.0.1:50051. */
  readonly grpc: string;
  readonly admin: { readonly email: string; readonly password: string };
  /** Where checkouts are started instead, and cancelled: the HTTP door of one process. */
  readonly checkouts?: string | undefined;
}

/** The platform from outside, with goods that only this run's buyers know. */
export interface Shop {
  readonly buyers: readonly Buyer[];
  readonly products: readonly Product[];
  /** What all buyers saw. */
  readonly memory: Memory;
  /** A new buyer: every fourth one speaks gRPC, the others REST. */
  buyer(fundsMinor: number): Promise<Buyer>;
  product(priceMinor: number, pieces: number): Promise<Product>;
  /** Takes pieces away, or brings more, as an admin. */
  adjust(product: Product, delta: number): Promise<void>;
  /** Pieces that can be bought now. */
  available(product: Product): Promise<number>;
  close(): void;
}

const patience = { forMs: 120_000 };

export function openShop({ api, grpc, admin, checkouts }: ShopOptions): Shop {
  const front: readonly Door[] = [restDoor(api), grpcDoor(grpc)];
  const doors =
    checkouts === undefined ? front : front.map((door) => ledElsewhere(door, 'CheckoutService/', restDoor(checkouts)));
  const [rest = restDoor(api), other = rest] = doors;
  const memory = createMemory();
  const buyers: Buyer[] = [];
  const products: Product[] = [];
  let adminToken: Promise<string> | undefined;

  const signIn = async (): Promise<string> => {
    const answer = await patiently(() => rest.call('AuthService/Login', admin), patience);
    return (answer['tokens'] as { accessToken: string }).accessToken;
  };
  const asAdmin = async (method: 'ProductService/CreateProduct' | 'ProductService/AdjustStock', request: Json) => {
    const token = await (adminToken ??= signIn());
    return patiently(() => rest.call(method, request, { token }), patience);
  };
  return {
    buyers,
    products,
    memory,
    async buyer(fundsMinor) {
      const number = buyers.length + 1;
      const buyer = new Buyer(`buyer ${number}`, number % 4 === 0 ? other : rest, memory);
      buyers.push(buyer);
      await buyer.arrive(fundsMinor);
      return buyer;
    },
    async product(priceMinor, pieces) {
      const price = { currencyCode: 'USD', minorUnits: String(priceMinor) };
      const goods = { sku: `FAULTS-${randomUUID()}`, name: 'A thing to fight for', category: 'tests', price };
      const request = { product: { ...goods, availableQuantity: pieces }, requestId: randomUUID() };
      const answer = await asAdmin('ProductService/CreateProduct', request);
      const { productId } = answer['product'] as { productId: string };
      const product = { productId, priceMinor, pieces };
      products.push(product);
      return product;
    },
    async adjust({ productId }, delta) {
      await asAdmin('ProductService/AdjustStock', { productId, delta, requestId: randomUUID() });
    },
    async available({ productId }) {
      const answer = await patiently(() => rest.call('ProductService/GetProduct', { productId }), patience);
      return (answer['product'] as { availableQuantity: number }).availableQuantity;
    },
    close: () => doors.forEach((door) => door.close()),
  };
}
