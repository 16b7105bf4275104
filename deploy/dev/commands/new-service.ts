import { UsageFailure } from '../bootstrap/failure.mjs';
import { runSteps, stepsOf, write } from '../new-service/make.ts';
import { planService, type Plan } from '../new-service/plan.ts';
import type { Command } from './context.ts';

/** Makes a service: its files, its place in every list, and what is generated from them. */
export const newService: Command = async ({ root, env, args, ending, print }) => {
  const [name, ...others] = args;
  if (name === undefined || others.length > 0)
    throw new UsageFailure('A new service has one name.', { suggestion: 'npm run new:service reviews' });
  const plan = planService(root, name);
  write(root, plan);
  const onStep = (title: string) => process.stderr.write(`· ${title}\n`);
  await runSteps(stepsOf(plan), { root, env, signal: ending.signal, onStep });
  print(summary(plan));
  return 0;
};

function summary({ names, ports, created, edited }: Plan): string {
  const { name, Thing, thing, things } = names;
  const count = (start: string) => [...created.keys()].filter((file) => file.startsWith(start)).length;
  return `
${name} is there: HTTP ${ports.http}, gRPC ${ports.grpc}, schema ${name}, REST /api/v1/${things}.

made
  proto/ecommerce/${name}/v1/${name}.proto    Create${Thing}, Get${Thing}, List${names.Things}
  services/${name}/    ${count('services/')} files, tests among them
  drizzle/${name}/    the first migration
  deploy/k8s/    ${count('deploy/k8s/')} manifests: its folder, its overlays, its application of Argo CD
  tests/e2e/rpc-matrix/rows/${name}.ts, docs/http/${name}.http    every answer of its API, and requests to try
entered into ${edited.size} files
  ${[...edited.keys()].join('\n  ')}

next: it stores texts, each of one user. Change it into the service that you need.
  1. Say what it does in the proto, then: npm run generate
  2. Say what it stores in services/${name}/schema.ts. Then make the first migration again: delete drizzle/${name},
     npm run db:generate -- --name=initial ${name}
  3. The verbs in services/${name}/domain/ with their tests, the handlers, convert/${thing}.ts
  4. npm test -- --infra-only services/${name}
  5. npm run verify

docs/contributing.md#add-a-service tells more.`;
}
