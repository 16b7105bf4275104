import { create } from '@bufbuild/protobuf';
import { randomUUID } from 'node:crypto';
import {
  FindByEmailResponseSchema,
  GetResponseSchema,
  GrantRoleResponseSchema,
} from '../../../proto/gen/ecommerce/sso/internal/v1/user_directory_pb.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import type { UserDirectoryClient } from '../adapters/users.ts';
import { userToMessage } from '../convert/user.ts';
import type { ChangedRoles, User } from '../domain/types.ts';
import type { RoleChange, Users } from '../ports.ts';

/** Users as the sso service has them. */
export class FakeUsers implements Users {
  readonly #all = new Map<string, User>();
  readonly #known = new Map<string, ChangedRoles>();
  /** The next change has its effect, and then throws this. */
  answerLost: Error | undefined;
  /** Thrown by what asks for a user's roles. */
  away: Error | undefined;

  add(roles: readonly string[] = ['customer']): User {
    return this.#add(randomUUID(), roles);
  }

  #add(userId: string, roles: readonly string[]): User {
    const user = { userId, email: `${userId}@example.com`, roles, createTime: new Date() };
    this.#all.set(userId, user);
    return user;
  }

  /** Knows the user with these roles, if it knows none of that id. */
  know(userId: string, roles: readonly string[]): void {
    if (!this.#all.has(userId)) this.#add(userId, roles);
  }

  forget(userId: string): void {
    this.#all.delete(userId);
  }

  findByEmail(email: string): Promise<User | undefined> {
    return Promise.resolve([...this.#all.values()].find((user) => user.email === email.toLowerCase()));
  }

  async get(userId: string): Promise<User> {
    const user = this.#all.get(userId);
    if (user === undefined) throw new AppError('not_found', 'USER_NOT_FOUND', 'there is no such user');
    return user;
  }

  async rolesOf(userId: string): Promise<readonly string[]> {
    if (this.away !== undefined) throw this.away;
    return this.#all.get(userId)?.roles ?? [];
  }

  grantRole(change: RoleChange): Promise<ChangedRoles> {
    return this.#change(change, ({ roles }) => [...new Set([...roles, change.role])]);
  }

  revokeRole(change: RoleChange): Promise<ChangedRoles> {
    return this.#change(change, ({ roles }) => roles.filter((role) => role !== change.role));
  }

  #served(userId: string): Promise<User> {
    return this.away === undefined ? this.get(userId) : Promise.reject(this.away);
  }

  async #change({ changeId, userId }: RoleChange, after: (user: User) => readonly string[]): Promise<ChangedRoles> {
    const user = await this.get(userId);
    const changed = this.#known.get(changeId) ?? { roles: after(user) };
    if (!this.#known.has(changeId)) this.#all.set(userId, { ...user, ...changed });
    this.#known.set(changeId, changed);
    const lost = this.answerLost;
    this.answerLost = undefined;
    if (lost !== undefined) throw lost;
    return changed;
  }

  /** The same users behind the client that the adapter uses. */
  client(): UserDirectoryClient {
    return {
      findByEmail: async ({ email }: { readonly email: string }) => {
        const user = await this.findByEmail(email);
        return create(FindByEmailResponseSchema, user === undefined ? {} : { user: userToMessage(user) });
      },
      get: async ({ userId }: { readonly userId: string }) =>
        create(GetResponseSchema, { user: userToMessage(await this.#served(userId)) }),
      grantRole: async (change: RoleChange) =>
        create(GrantRoleResponseSchema, { roles: [...(await this.grantRole(change)).roles] }),
      revokeRole: async (change: RoleChange) =>
        create(GrantRoleResponseSchema, { roles: [...(await this.revokeRole(change)).roles] }),
    } as unknown as UserDirectoryClient;
  }
}
