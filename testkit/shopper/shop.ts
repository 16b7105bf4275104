import { Buyer } from './buyer.ts';
import { ledElsewhere, type Door } from './door.ts';
import { createMemory, type Memory } from './memory.ts';
import { restDoor } from './rest-door.ts';
import { grpcDoor } from './rpc-door.ts';
import { Shopper, type Credentials } from './shopper.ts';

/** What was put on the shelves. */
export interface Goods {
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
  readonly admin: Credentials;
  /** Where checkouts are started instead, and cancelled: the HTTP door of one process. */
  readonly checkouts?: string | undefined;
}

/** The platform from outside, with goods that only this run's buyers know. */
export interface Shop {
  readonly buyers: readonly Buyer[];
  readonly goods: readonly Goods[];
  /** What all buyers saw. */
  readonly memory: Memory;
  /** A new buyer: every fourth one speaks gRPC, the others REST. */
  buyer(fundsMinor: number): Promise<Buyer>;
  product(priceMinor: number, pieces: number): Promise<Goods>;
  /** Takes pieces away, or brings more, as an admin. */
  adjust(goods: Goods, delta: number): Promise<void>;
  /** Pieces that can be bought now. */
  available(goods: Goods): Promise<number>;
  close(): void;
}

const patienceMs = 120_000;

export function openShop({ api, grpc, admin, checkouts }: ShopOptions): Shop {
  const front = { rest: restDoor(api), grpc: grpcDoor(grpc) };
  const leading = (door: Door) =>
    checkouts === undefined ? door : ledElsewhere(door, 'CheckoutService/', restDoor(checkouts));
  const doors = { rest: leading(front.rest), grpc: leading(front.grpc) };
  const shopkeeper = new Shopper({ door: front.rest, credentials: admin, patienceMs });
  let signedIn: Promise<void> | undefined;
  const asAdmin = async (): Promise<Shopper> => {
    await (signedIn ??= shopkeeper.signIn());
    return shopkeeper;
  };
  const memory = createMemory();
  const buyers: Buyer[] = [];
  const shelves: Goods[] = [];
  return {
    buyers,
    goods: shelves,
    memory,
    async buyer(fundsMinor) {
      const number = buyers.length + 1;
      const buyer = new Buyer(`buyer ${number}`, number % 4 === 0 ? doors.grpc : doors.rest, memory);
      buyers.push(buyer);
      return buyer.arrive(fundsMinor);
    },
    async product(priceMinor, pieces) {
      const { productId } = await (await asAdmin()).createProduct({ priceMinor, pieces });
      const goods = { productId, priceMinor, pieces };
      shelves.push(goods);
      return goods;
    },
    async adjust({ productId }, delta) {
      await (await asAdmin()).adjustStock(productId, delta);
    },
    async available({ productId }) {
      return (await shopkeeper.product(productId)).availableQuantity;
    },
    close: () => Object.values(doors).forEach((door) => door.close()),
  };
}
