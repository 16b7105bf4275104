/**
 * `node deploy/ci/cluster/check.ts`: renders every manifest, and checks it against the schemas and our rules. Exits
 * with 75 if kubectl is not available.
 */
import { join } from 'node:path';
import { unchecked } from '../status.ts';
import { acquire } from '../tools/acquire.ts';
import { tools } from '../tools/catalogue.ts';
import { podProblems } from './pod-rules.ts';
import { readPlainFolders, renderKustomizations, type Rendered } from './render.ts';
import { createSchemaCheck } from './schema.ts';
import { setProblems } from './set-rules.ts';

const root = join(import.meta.dirname, '../../..');
/** Manifests that are complete: their objects refer only to each other, so references can be checked. */
const whole = /^deploy\/k8s\/(overlays\/[^/]+|stateful|monitoring)$/;

function problemsOf({ path, objects }: Rendered, schema: ReturnType<typeof createSchemaCheck>): string[] {
  const problems = objects.flatMap((object) => [...schema(object), ...podProblems(object)]);
  const among = whole.test(path) ? setProblems(objects) : [];
  return [...problems, ...among].map((problem) => `${path}: ${problem}`);
}

const kubectl = await acquire(tools.kubectl);
if ('missing' in kubectl) {
  console.log(`kubectl: ${kubectl.missing}`);
  process.exit(unchecked);
}
const schema = createSchemaCheck();
const manifests = [...renderKustomizations(root, kubectl.path), ...readPlainFolders(root)];
const problems = [...new Set(manifests.flatMap((manifest) => problemsOf(manifest, schema)))];
for (const problem of problems) console.log(problem);
console.log(
  `${manifests.length} manifests, ${manifests.reduce((sum, { objects }) => sum + objects.length, 0)} objects`,
);
process.exitCode = problems.length > 0 ? 1 : 0;
