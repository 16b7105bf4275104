/**
 * `npm run test:new-service`: makes two services in a copy of the checkout and shows that they pass every check and
 * serve their API, and that a name which can not be is refused before anything is written. Exit code 1 if anything fails.
 */
import { openCopy } from '../copy/copy.ts';
import { runTests, type Verdict } from '../copy/run-tests.ts';
import { launch, makeRepository, runIn, stateOf } from './checkout.ts';
import { startPlatform } from './platform.ts';
import { tryApi } from './try-api.ts';

/** One whose name is a plural, and one whose name is not: role, things and thing differ. */
const made = [
  { name: 'keepsakes', Service: 'KeepsakesService', thing: 'keepsake', things: 'keepsakes' },
  { name: 'whim', Service: 'WhimService', thing: 'whim', things: 'whims' },
] as const;

const refused: readonly (readonly [name: string, why: string])[] = [
  ['Not-A-Word', 'lower-case'],
  ['wallet', 'taken'],
  ['orders', 'taken'],
  ['carts', 'too like'],
  ['gateway', 'docker-compose.yml'],
  ['checkouts', 'too like'],
  ['categories', '/api/v1/categories'],
  ['packages', 'language'],
  ['keepsakes', 'taken'],
];

let passed = 0;
const failed: string[] = [];
function check(what: string, holds: boolean, detail: unknown = ''): void {
  console.log(`${holds ? 'ok  ' : 'FAIL'}  ${what}`);
  if (holds) passed++;
  else {
    failed.push(what);
    console.log(String(detail));
  }
}
const checkTests = (what: string, verdict: Verdict) =>
  check(
    verdict.kind === 'passed' ? `${what}: ${verdict.count} tests pass` : what,
    verdict.kind === 'passed',
    JSON.stringify(verdict, undefined, 2),
  );

const copy = await openCopy();
const { folder } = copy;
try {
  await makeRepository(folder);
  for (const { name } of made) {
    const { code, output } = await launch(folder, 'new-service', name);
    check(`npm run new:service ${name}`, code === 0, output);
  }
  const before = await stateOf(folder);
  for (const [name, why] of refused) {
    const { code, output } = await launch(folder, 'new-service', name);
    check(`${name} is refused: ${why}`, code === 1 && output.includes(why), output);
  }
  check('a refusal changes nothing', (await stateOf(folder)) === before);

  const verified = await runIn(folder, process.execPath, 'deploy/ci/verify.ts');
  check('npm run verify: no failure', verified.code === 0 && verified.output.includes(' 0 failed'), verified.output);

  const folders = made.map(({ name }) => `services/${name}/`);
  const lists = ['runtime/', 'deploy/ci/', 'deploy/nginx/routes.test.ts', 'deploy/dev/new-service/', 'proto/'];
  checkTests('its own tests', await runTests(folder, folders));
  checkTests('the tests of every list', await runTests(folder, lists));

  const platform = await startPlatform(folder);
  try {
    for (const { name, Service, thing, things } of made) {
      const problem = await tryApi(platform.http, { thing, things }).catch(String);
      check(`/api/v1/${things} answers as the contract says`, problem === '', problem);
      const env = { ECOMMERCE_API_URL: platform.http, ECOMMERCE_GRPC_URL: platform.grpc };
      const options = { project: 'e2e', env } as const;
      const matrix = await runTests(folder, ['tests/e2e/rpc-matrix.test.ts'], { ...options, named: Service });
      checkTests(`every answer of ${Service}, by four protocols`, matrix);
      const requests = await runTests(folder, ['tests/e2e/http-files.test.ts'], { ...options, named: `${name}.http` });
      checkTests(`docs/http/${name}.http`, requests);
    }
  } finally {
    await platform.stop();
  }
} finally {
  await copy.close();
}
console.log(`${passed} passed, ${failed.length} failed`);
process.exitCode = failed.length > 0 ? 1 : 0;
