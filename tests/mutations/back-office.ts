import type { Mutation } from './mutation.ts';

/** Mistakes in what support and administrators do. */
export const backOfficeMutations: readonly Mutation[] = [
  {
    name: 'a lost answer counts as a refusal of the change',
    cost: 'an administrator makes a credit again that was made',
    file: 'services/backoffice/domain/perform.ts',
    from: "!(error instanceof AppError) || error.kind !== 'definitive'",
    to: '!(error instanceof AppError)',
    tests: ['services/backoffice'],
  },
  {
    name: 'every signed-in user counts as a member of support',
    cost: 'buyers refund orders that they keep, and read each other’s stories',
    file: 'platform/rpc/interceptors/auth.ts',
    from: "if (!roles.includes('support') && !roles.includes('admin'))",
    to: 'if (roles.length === 0)',
    tests: ['platform/rpc/interceptors/auth.test.ts'],
  },
  {
    name: 'a role that was taken counts until the access token ends',
    cost: 'who was dismissed refunds orders for another quarter of an hour',
    file: 'services/backoffice/domain/require-role.ts',
    from: 'roles.filter((role) => now.includes(role))',
    to: 'roles.filter(() => now !== undefined)',
    tests: ['services/backoffice/handlers/admin-service.test.ts'],
  },
  {
    name: 'support refunds its own orders',
    cost: 'who has bought something gives the money back to themselves, and keeps the goods',
    file: 'services/backoffice/domain/perform.ts',
    from: "if (userId === actorId && entry.actorRole === 'support') throw ownOrder();",
    to: '',
    tests: ['services/backoffice/domain/refund-order.test.ts'],
  },
  {
    name: 'a second refund for the same reason counts as one that has refunded',
    cost: 'the trail tells of two refunds of an order whose money was given back once',
    file: 'services/backoffice/domain/perform.ts',
    from: "if (earlier === 'DONE') throw",
    to: 'if (earlier === undefined) throw',
    tests: ['services/backoffice/domain/refund-order.test.ts'],
  },
  {
    name: 'the sweep forgets by whom a refund is wished for',
    cost: 'the history tells that the buyer has cancelled, although support refunded',
    file: 'services/order/domain/sweep-refunds.ts',
    from: 'causes.get(orderId) ?? cancelCause',
    to: 'cancelCause',
    tests: ['services/order/domain/refund-order.test.ts'],
  },
  {
    name: 'the back office refunds orders that have not completed',
    cost: 'the trail tells of a refund that never was',
    file: 'services/order/domain/refund-order.ts',
    from: 'if (order.completedTime === undefined) throw',
    to: "if (order.status === 'FAILED') throw",
    tests: ['services/order/domain/refund-order.test.ts'],
  },
  {
    name: 'of two refunds the second one’s cause is kept',
    cost: 'the history tells of somebody whose refund came too late',
    file: 'services/order/repository/sweep.ts',
    from: 'case when next_refund_at is null then ${given.cause} else refund_cause end',
    to: '${given.cause}',
    tests: ['services/order/domain/refund-order.test.ts'],
  },
];
