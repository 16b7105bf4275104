/** Answers of the public API in proto3 JSON: the fields that shoppers read. */
import type { CheckoutState as CheckoutStates } from '../../proto/gen/ecommerce/checkout/v1/checkout_pb.ts';
import type { OrderStatus as OrderStatuses } from '../../proto/gen/ecommerce/order/v1/order_pb.ts';
import type { TransactionType as TransactionTypes } from '../../proto/gen/ecommerce/wallet/v1/wallet_pb.ts';

export type OrderStatus = `ORDER_STATUS_${keyof typeof OrderStatuses}`;
export const pending = 'ORDER_STATUS_PENDING' satisfies OrderStatus;
export type CheckoutState = `CHECKOUT_STATE_${keyof typeof CheckoutStates}`;
export type TransactionType = `TRANSACTION_TYPE_${keyof typeof TransactionTypes}`;

/** Money in JSON, where an int64 is a string. */
export interface JsonMoney {
  readonly currencyCode: string;
  /** A whole number in decimal digits. */
  readonly minorUnits: string;
}

export interface User {
  readonly userId: string;
  readonly email: string;
  readonly roles: readonly string[];
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface Product {
  readonly productId: string;
  readonly name: string;
  readonly price: JsonMoney;
  readonly availableQuantity: number;
}

export interface Wallet {
  readonly balance: JsonMoney;
  readonly held: JsonMoney;
  readonly available: JsonMoney;
}

export interface Transaction {
  readonly type: TransactionType;
  readonly amount: JsonMoney;
  readonly orderId: string;
}

/** One product with a quantity. */
export interface Line {
  readonly productId: string;
  readonly quantity: number;
}

interface CartItem extends Line {
  readonly lineTotal: JsonMoney;
  readonly available: boolean;
}

export interface Cart {
  readonly items: readonly CartItem[];
  readonly total?: JsonMoney | null;
  readonly version: string;
}

interface Failure {
  readonly reason: string;
  readonly message: string;
}

export interface Checkout {
  readonly orderId: string;
  readonly state: CheckoutState;
  readonly failure?: Failure | null;
  readonly total: JsonMoney;
  readonly workflowId: string;
}

export interface Order {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly items: readonly Line[];
  readonly total: JsonMoney;
  readonly failure?: Failure | null;
}
