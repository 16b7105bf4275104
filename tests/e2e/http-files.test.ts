import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../platform/testing/eventually.ts';
import { baseUrl } from './drivers/driver.ts';
import { Description, readOpenApi } from './http-files/described.ts';
import { parseHttpFile, type HttpRequest } from './http-files/parse.ts';
import { Session, valueAt, type Answer } from './http-files/run.ts';
import { processUrls } from './processes.ts';

const folder = join(import.meta.dirname, '../../docs/http');
const files = ['shopper.http', 'admin.http', 'refusals.http', 'back-office.http', 'process.http'];
const covered = new Set<string>();
let description: Description;

beforeAll(async () => {
  description = new Description(await readOpenApi());
});

/** The address for a file. `process.http` asks what a gateway does not route, so it goes to a process directly. */
const urlFor = (file: string) => (file === 'process.http' ? (processUrls()[0] ?? baseUrl()) : baseUrl());

function settings(file: string): Record<string, string> {
  const { ADMIN_EMAIL: adminEmail, ADMIN_PASSWORD: adminPassword } = process.env;
  return {
    baseUrl: urlFor(file),
    ...(adminEmail === undefined ? {} : { adminEmail }),
    ...(adminPassword === undefined ? {} : { adminPassword }),
  };
}

/** Sends a request. If it has an `until`, repeats it until the answer has that value. */
function send(session: Session, request: HttpRequest): Promise<Answer> {
  const { until } = request;
  if (until === undefined) return session.send(request);
  return eventually(
    `${until.path} = ${until.value}`,
    () => session.send(request),
    ({ body }) => valueAt(body, until.path) === until.value,
  );
}

/** What is wrong with the answer to a request, by the request's annotations and by the OpenAPI document. */
async function faultsOf(session: Session, request: HttpRequest): Promise<string[]> {
  const answer = await send(session, request);
  const reason = valueAt(answer.body, 'reason');
  const told = `${answer.status} ${reason ?? ''}: ${JSON.stringify(answer.body)}`;
  const unexpected = request.statuses.includes(answer.status) && reason === request.reason ? [] : [told];
  const operation = description.operation(request.method, session.url(request).pathname);
  if (operation === undefined) return unexpected;
  if (answer.status < 300) covered.add(operation.operationId);
  return [...unexpected, ...description.faultsOf(operation, answer)];
}

test('this test runs every .http file of docs/http', () => {
  expect(
    readdirSync(folder)
      .filter((name) => name.endsWith('.http'))
      .sort(),
  ).toEqual(files.toSorted());
});

describe.each(files)('%s', (name) => {
  const file = parseHttpFile(readFileSync(join(folder, name), 'utf8'));
  const session = new Session({ ...file.variables, ...settings(name) });
  test.each(file.requests)('$title', async (request) => {
    expect(await faultsOf(session, request)).toEqual([]);
  });
});

test('the files call every operation of the API with success', () => {
  const missing = description.operations.map(({ operationId }) => operationId).filter((id) => !covered.has(id));
  expect(missing).toEqual([]);
});
