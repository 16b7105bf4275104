import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect';
import type {
  AdminService,
  CreditWalletRequest,
  GrantRoleRequest,
} from '../../../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { actorOf } from '../convert/actor.ts';
import { adjustedWalletToMessages } from '../convert/adjusted-wallet.ts';
import { trailEntryToMessage } from '../convert/audit-entry.ts';
import { orderToMessage, statusFromMessage } from '../convert/order.ts';
import { userToMessage } from '../convert/user.ts';
import { walletToMessage } from '../convert/wallet.ts';
import { adjustWallet } from '../domain/adjust-wallet.ts';
import { changeRole } from '../domain/change-role.ts';
import type { BackofficeDeps } from '../domain/deps.ts';
import { findUsers } from '../domain/find-users.ts';
import { getOrder } from '../domain/get-order.ts';
import { getUser } from '../domain/get-user.ts';
import { storyToMessage } from '../convert/story.ts';
import { explainOrder } from '../domain/explain-order.ts';
import { getWallet } from '../domain/get-wallet.ts';
import { listOrders } from '../domain/list-orders.ts';
import { listTrail } from '../domain/list-trail.ts';
import { refundOrder } from '../domain/refund-order.ts';
import type { RoleAction, WalletAction } from '../domain/types.ts';

type RoleChange = Pick<GrantRoleRequest, 'userId' | 'role' | 'reason' | 'requestId'>;
type Adjustment = Pick<CreditWalletRequest, 'userId' | 'amount' | 'reason' | 'requestId'>;

/** A filter by an id or by the name of an action, in any case; empty means all. */
const idOf = (id: string) => (id === '' ? undefined : id.toLowerCase());

/** What administrators do. */
export function adminServiceHandlers(deps: BackofficeDeps): ServiceImpl<typeof AdminService> {
  const adjust = async (action: WalletAction, request: Adjustment, context: HandlerContext) => {
    const { amount } = request;
    if (amount === undefined) throw new Error('the required amount is missing');
    const { entryId, adjusted } = await adjustWallet(deps, {
      ...actorOf(context),
      action,
      userId: request.userId.toLowerCase(),
      amount,
      reason: request.reason,
      requestId: request.requestId.toLowerCase(),
    });
    return { ...adjustedWalletToMessages(adjusted), entryId };
  };
  const change = async (action: RoleAction, request: RoleChange, context: HandlerContext) => {
    const { entryId, roles } = await changeRole(deps, {
      ...actorOf(context),
      action,
      userId: request.userId.toLowerCase(),
      role: request.role,
      reason: request.reason,
      requestId: request.requestId.toLowerCase(),
    });
    return { entryId, roles: [...roles] };
  };
  return {
    creditWallet: (request, context) => adjust('wallet.credit', request, context),
    debitWallet: (request, context) => adjust('wallet.debit', request, context),

    grantRole: (request, context) => change('user.grant-role', request, context),
    revokeRole: (request, context) => change('user.revoke-role', request, context),

    listOrders: async ({ userId, status, createTimeFrom, createTimeTo, pageSize, pageToken }) => {
      const { orders, nextPageToken } = await listOrders(deps, {
        userId: idOf(userId),
        status: statusFromMessage(status),
        from: createTimeFrom && timestampDate(createTimeFrom),
        to: createTimeTo && timestampDate(createTimeTo),
        pageSize,
        pageToken,
      });
      return { orders: orders.map(orderToMessage), nextPageToken };
    },

    getOrder: async ({ orderId }) => {
      return { order: orderToMessage(await getOrder(deps, { orderId: orderId.toLowerCase() })) };
    },

    getWallet: async ({ userId }) => walletToMessage(await getWallet(deps, { userId: userId.toLowerCase() })),

    refundOrder: async (request, context) => {
      const { order, entryId } = await refundOrder(deps, {
        ...actorOf(context),
        orderId: request.orderId.toLowerCase(),
        reason: request.reason,
        requestId: request.requestId.toLowerCase(),
      });
      return { order: orderToMessage(order), entryId };
    },

    explainOrder: async ({ orderId }) => storyToMessage(await explainOrder(deps, { orderId: orderId.toLowerCase() })),

    listAuditTrail: async ({ pageSize, pageToken, userId, actorId, orderId, action }) => {
      const { entries, nextPageToken } = await listTrail(deps, {
        userId: idOf(userId),
        actorId: idOf(actorId),
        orderId: idOf(orderId),
        action: idOf(action),
        pageSize,
        pageToken,
      });
      return { entries: entries.map(trailEntryToMessage), nextPageToken };
    },

    findUsers: async ({ email }) => ({ users: (await findUsers(deps, { email })).map(userToMessage) }),
    getUser: async ({ userId }) => ({ user: userToMessage(await getUser(deps, { userId: userId.toLowerCase() })) }),
  };
}
