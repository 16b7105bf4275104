import { expect, test } from 'vitest';
import { staffRoleOf } from '../platform/rpc/server/staff-routes.ts';
import { AdminService } from '../proto/gen/ecommerce/admin/v1/admin_pb.ts';
import { ProductService } from '../proto/gen/ecommerce/products/v1/product_pb.ts';
import { createProgram } from './program.ts';
import { leavesOf } from './testing/leaves.ts';

const { method: admin } = AdminService;
const { method: catalog } = ProductService;

/** What each command with an account of the staff calls, as far as that decides which role is enough. */
const calls = {
  'order explain': admin.explainOrder,
  'order find': admin.listOrders,
  'order list': admin.listOrders,
  'order refund': admin.refundOrder,
  'wallet show': admin.getWallet,
  'wallet credit': admin.creditWallet,
  'wallet debit': admin.debitWallet,
  'user find': admin.findUsers,
  'user grant': admin.grantRole,
  'user revoke': admin.revokeRole,
  'audit-trail': admin.listAuditTrail,
  'products import': catalog.importProducts,
  'checkout load': catalog.createProduct,
};
const words = { admin: 'an administrator', support: 'support or an administrator' };

const program = createProgram(() => Promise.resolve(), String);
const emails = new Map(
  leavesOf(program).flatMap(([name, command]) =>
    command.options.flatMap(({ long, envVar, description }) =>
      long === '--email' && envVar === 'ADMIN_EMAIL' ? [[name, description] as const] : [],
    ),
  ),
);

test('every command with an account of the staff is in this list', () => {
  expect([...emails.keys()].sort()).toEqual(Object.keys(calls).sort());
});

test.each(Object.entries(calls))('the help of %s names the role that its call needs', (name, method) => {
  expect(emails.get(name)).toBe(words[staffRoleOf(method) ?? 'admin']);
});
