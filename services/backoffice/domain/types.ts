import type { StaffRole } from '../../../platform/auth/staff.ts';
import type { ErrorCode } from '../../../platform/errors/app-error.ts';
import type { Money } from '../../../proto/money.ts';
import type { OrderItem } from '../../../proto/placed-order.ts';

/** What an administrator can do. The names are kept in the trail. */
export type WalletAction = 'wallet.credit' | 'wallet.debit';
export type RoleAction = 'user.grant-role' | 'user.revoke-role';
type OrderAction = 'order.refund';
export const actions = [
  'wallet.credit',
  'wallet.debit',
  'user.grant-role',
  'user.revoke-role',
  'order.refund',
] as const satisfies readonly (WalletAction | RoleAction | OrderAction)[];
export type Action = (typeof actions)[number];

export type Outcome = 'OPEN' | 'DONE' | 'REFUSED';

/** By which role and from where an administrator asks. It is no part of the payload that a repeat must have. */
export interface AskedFrom {
  /** By which role the actor may ask; undefined in older entries. */
  readonly actorRole?: StaffRole | undefined;
  /** A network, never a full address. */
  readonly clientNetwork?: string | undefined;
  /** What the calling program calls itself. */
  readonly userAgent?: string | undefined;
}

interface Asked extends AskedFrom {
  /** UUID of the administrator. */
  readonly actorId: string;
  /** UUID of the user whom it is about. */
  readonly userId: string;
  readonly reason: string;
  /** UUID. The same administrator's repeat of an action with the same id is the same wish. */
  readonly requestId: string;
}

export interface WalletWish extends Asked {
  readonly action: WalletAction;
  readonly amount: Money;
}

export interface RoleWish extends Asked {
  readonly action: RoleAction;
  /** `admin` or `support`. */
  readonly role: string;
}

export interface RefundWish extends Asked {
  readonly action: OrderAction;
  /** UUID. The order's buyer is the user whom the wish is about. */
  readonly orderId: string;
  readonly actorRole: StaffRole;
}

/** Who wants to change what, for whom, and why. */
export type Wish = WalletWish | RoleWish | RefundWish;

/** A wish as the trail has it. */
export type Entry = Wish & Recorded;
export type RefundEntry = RefundWish & Recorded;

interface Recorded {
  /** UUID. It is the key of the change in the service that makes it. */
  readonly entryId: string;
  /** Goes up with every entry. */
  readonly sequence: bigint;
  readonly createdAt: Date;
  readonly outcome: Outcome;
  readonly answer: StoredAnswer | undefined;
  readonly refusal: StoredRefusal | undefined;
}

/** A wallet after a credit or a debit, and the movement. */
export interface AdjustedWallet {
  readonly walletId: string;
  readonly currencyCode: string;
  readonly balanceMinor: bigint;
  readonly heldMinor: bigint;
  readonly transactionId: string;
  /** Positive into the wallet, negative out of it. */
  readonly movedMinor: bigint;
  /** The wallet's balance after the movement. */
  readonly balanceAfterMinor: bigint;
  readonly movedAt: Date;
}

export type OrderStatus = 'PENDING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';

/** An order of any user. */
export interface Order {
  readonly orderId: string;
  /** UUID of the buyer. */
  readonly userId: string;
  readonly status: OrderStatus;
  readonly items: readonly OrderItem[];
  readonly total: Money;
  readonly failure:
    | { readonly reason: string; readonly message: string; readonly metadata: Readonly<Record<string, string>> }
    | undefined;
  readonly createTime: Date;
  readonly updateTime: Date;
}

export interface OrderPage {
  readonly orders: readonly Order[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

export type TransactionType = 'TOP_UP' | 'CAPTURE' | 'REFUND' | 'CREDIT' | 'DEBIT';

/** A user's wallet, with its last transactions. */
export interface Wallet {
  readonly walletId: string;
  readonly currencyCode: string;
  readonly balanceMinor: bigint;
  /** The part that open checkouts have set aside. */
  readonly heldMinor: bigint;
  /** Newest first. */
  readonly transactions: readonly {
    readonly transactionId: string;
    /** Undefined for one that this version does not know. */
    readonly type: TransactionType | undefined;
    /** Positive into the wallet, negative out of it. */
    readonly amount: Money;
    readonly balanceAfter: Money;
    /** Empty for a movement that belongs to no order. */
    readonly orderId: string;
    readonly createTime: Date;
  }[];
}

/** The roles of a user after a change of them. */
export interface ChangedRoles {
  readonly roles: readonly string[];
}

/** The answer of a change, stored for a repeat. */
export type StoredAnswer = StoredWallet | ChangedRoles | StoredOrder;

/** `AdjustedWallet` as it is stored: JSON has no bigint and no Date. */
export interface StoredWallet {
  readonly walletId: string;
  readonly currencyCode: string;
  readonly balanceMinor: string;
  readonly heldMinor: string;
  readonly transactionId: string;
  readonly movedMinor: string;
  readonly balanceAfterMinor: string;
  readonly movedAt: string;
}

/** `Order` as it is stored. */
export interface StoredOrder extends Omit<Order, 'items' | 'total' | 'createTime' | 'updateTime'> {
  readonly items: readonly (Omit<OrderItem, 'unitPrice'> & { readonly unitPrice: StoredMoney })[];
  readonly total: StoredMoney;
  readonly createTime: string;
  readonly updateTime: string;
}

export interface StoredMoney {
  readonly currencyCode: string;
  /** Decimal digits. */
  readonly minorUnits: string;
}

/** A definitive refusal, stored for a repeat. */
export interface StoredRefusal {
  readonly code: ErrorCode;
  readonly reason: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A user of the shop. */
export interface User {
  /** UUID. */
  readonly userId: string;
  readonly email: string;
  readonly roles: readonly string[];
  readonly createTime: Date;
}
