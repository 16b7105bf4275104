import type { ServiceImpl } from '@connectrpc/connect';
import type { BackofficeService } from '../../../proto/gen/ecommerce/backoffice/v1/backoffice_pb.ts';
import { requireUser } from '../../../platform/auth/caller.ts';
import { backofficeToMessage } from '../convert/backoffice.ts';
import { createBackoffice } from '../domain/create-backoffice.ts';
import type { BackofficeDeps } from '../domain/deps.ts';
import { getBackoffice } from '../domain/get-backoffice.ts';
import { listBackoffices } from '../domain/list-backoffices.ts';

/** What users do with their backoffices. */
export function backofficeServiceHandlers(deps: BackofficeDeps): ServiceImpl<typeof BackofficeService> {
  return {
    createBackoffice: async ({ requestId, text }, context) => {
      const { userId } = requireUser(context);
      return { backoffice: backofficeToMessage(await createBackoffice(deps, { userId, requestId, text })) };
    },

    getBackoffice: async ({ backofficeId }, context) => {
      const { userId } = requireUser(context);
      return { backoffice: backofficeToMessage(await getBackoffice(deps, { userId, backofficeId })) };
    },

    listBackoffices: async ({ pageSize, pageToken }, context) => {
      const { userId } = requireUser(context);
      const page = await listBackoffices(deps, { userId, pageSize, pageToken });
      return { backoffices: page.backoffices.map(backofficeToMessage), nextPageToken: page.nextPageToken };
    },
  };
}
