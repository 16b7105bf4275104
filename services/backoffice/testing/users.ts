import { create } from '@bufbuild/protobuf';
import { randomUUID } from 'node:crypto';
import {
  FindByEmailResponseSchema,
  GetResponseSchema,
} from '../../../proto/gen/ecommerce/sso/internal/v1/user_directory_pb.ts';
import { AppError } from '../../../platform/errors/app-error.ts';
import type { UserDirectoryClient } from '../adapters/users.ts';
import { userToMessage } from '../convert/user.ts';
import type { User } from '../domain/types.ts';
import type { Users } from '../ports.ts';

/** Users as the sso service has them. */
export class FakeUsers implements Users {
  readonly #all = new Map<string, User>();

  add(roles: readonly string[] = ['customer']): User {
    const userId = randomUUID();
    const user = { userId, email: `${userId}@example.com`, roles, createTime: new Date() };
    this.#all.set(userId, user);
    return user;
  }

  findByEmail(email: string): Promise<User | undefined> {
    return Promise.resolve([...this.#all.values()].find((user) => user.email === email.toLowerCase()));
  }

  async get(userId: string): Promise<User> {
    const user = this.#all.get(userId);
    if (user === undefined) throw new AppError('not_found', 'USER_NOT_FOUND', 'there is no such user');
    return user;
  }

  /** The same users behind the client that the adapter uses. */
  client(): UserDirectoryClient {
    return {
      findByEmail: async ({ email }: { readonly email: string }) => {
        const user = await this.findByEmail(email);
        return create(FindByEmailResponseSchema, user === undefined ? {} : { user: userToMessage(user) });
      },
      get: async ({ userId }: { readonly userId: string }) =>
        create(GetResponseSchema, { user: userToMessage(await this.get(userId)) }),
    } as unknown as UserDirectoryClient;
  }
}
