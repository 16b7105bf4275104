import { randomUUID } from 'node:crypto';
import { as, badId, noFields, nobody, refusal, type Row } from '../row.ts';
import { must, person } from '../world.ts';

export const sso: Readonly<Record<string, Row>> = {
  'AuthService/Register': {
    success: async () => ({ request: { email: `matrix-${randomUUID()}@example.com`, password: 'long enough' } }),
    refused: [
      async () => {
        const { email } = await person();
        return { request: { email: email.toUpperCase(), password: 'long enough' }, status: 409, reason: 'EMAIL_TAKEN' };
      },
    ],
    invalid: { email: 'nobody', password: 'short' },
    fields: ['email', 'password'],
  },
  'AuthService/Login': {
    success: async () => {
      const { email, password } = await person();
      return { request: { email, password } };
    },
    refused: [
      async () => ({
        request: { email: `nobody-${randomUUID()}@example.com`, password: 'some password' },
        status: 401,
        reason: 'INVALID_CREDENTIALS',
      }),
    ],
    invalid: {},
    fields: ['email', 'password'],
  },
  'AuthService/Refresh': {
    success: async () => ({ request: { refreshToken: (await person()).refreshToken } }),
    refused: [async () => ({ request: { refreshToken: 'unknown' }, status: 401, reason: 'TOKEN_INVALID' })],
    invalid: {},
    fields: ['refresh_token'],
  },
  'AuthService/Logout': {
    success: async () => ({ request: { refreshToken: (await person()).refreshToken } }),
    refused: nobody('a token that is unknown or ended has no session left to end'),
    invalid: {},
    fields: ['refresh_token'],
  },
  'AuthService/GetMe': { success: () => as(person()), refused: nobody('it shows the caller'), ...noFields },
  'AuthService/ValidateToken': {
    success: async () => ({ request: { accessToken: (await person()).accessToken } }),
    refused: [async () => ({ request: { accessToken: 'nonsense' }, status: 401, reason: 'TOKEN_INVALID' })],
    invalid: {},
    fields: ['access_token'],
  },
  'AuthService/ListSessions': {
    success: () => as(person()),
    refused: [() => refusal(as(person(), { pageToken: 'nonsense' }), 400, 'PAGE_TOKEN_INVALID')],
    invalid: { pageSize: -1 },
    fields: ['page_size'],
  },
  'AuthService/RevokeSession': {
    success: async () => {
      const { accessToken } = await person();
      const { sessions } = (await must('AuthService/ListSessions', {}, accessToken)) as {
        sessions: { sessionId: string }[];
      };
      return { request: { sessionId: sessions[0]?.sessionId }, token: accessToken };
    },
    refused: [() => refusal(as(person(), { sessionId: randomUUID() }), 404, 'SESSION_NOT_FOUND')],
    ...badId('sessionId', 'session_id'),
  },
  'AuthService/RevokeOtherSessions': {
    success: () => as(person()),
    refused: nobody('the sessions are the caller’s own, and may be none'),
    ...noFields,
  },
  'AuthService/ChangePassword': {
    success: async () => {
      const { accessToken, password } = await person();
      return { request: { currentPassword: password, newPassword: 'another password' }, token: accessToken };
    },
    refused: [
      () =>
        refusal(
          as(person(), { currentPassword: 'wrong', newPassword: 'another password' }),
          401,
          'INVALID_CREDENTIALS',
        ),
    ],
    invalid: { currentPassword: '', newPassword: 'short' },
    fields: ['current_password', 'new_password'],
  },
};
