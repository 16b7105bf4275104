import { randomUUID } from 'node:crypto';
import { as, badId, nobody, refusal, type Call, type Row } from '../row.ts';
import { must, person } from '../world.ts';

const newBackoffice = () => ({ requestId: randomUUID(), text: 'something to test with' });

/** Asks for a new backoffice with its owner's token. */
async function ownBackoffice(): Promise<Call> {
  const { accessToken: token } = await person();
  const answer = await must('BackofficeService/CreateBackoffice', newBackoffice(), token);
  const { backofficeId } = answer['backoffice'] as { readonly backofficeId: string };
  return { request: { backofficeId }, token };
}

const strangeBackofficePage = () => refusal(as(person(), { pageToken: 'nonsense' }), 400, 'PAGE_TOKEN_INVALID');
const missing = (call: Promise<Call>) => refusal(call, 404, 'BACKOFFICE_NOT_FOUND');

export const backofficeRows: Readonly<Record<string, Row>> = {
  'BackofficeService/CreateBackoffice': {
    success: () => as(person(), newBackoffice()),
    refused: nobody('everybody may make a backoffice'),
    invalid: { requestId: 'no-uuid', text: '' },
    fields: ['request_id', 'text'],
  },
  'BackofficeService/GetBackoffice': {
    success: ownBackoffice,
    refused: [
      () => missing(as(person(), { backofficeId: randomUUID() })),
      async () => missing(as(person(), (await ownBackoffice()).request)),
    ],
    ...badId('backofficeId', 'backoffice_id'),
  },
  'BackofficeService/ListBackoffices': {
    success: () => as(person(), { pageSize: 1 }),
    refused: [strangeBackofficePage],
    invalid: { pageSize: -1 },
    fields: ['page_size'],
  },
};
