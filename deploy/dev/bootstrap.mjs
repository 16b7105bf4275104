// What every npm script runs. Plain JavaScript without dependencies: it runs on a fresh clone, on Node 20,
// before anything is installed, and hands over to main.ts on Node 24.
import { ensureNode } from './bootstrap/node.mjs';
import { ensurePackages } from './bootstrap/packages.mjs';
import { handOver } from './bootstrap/hand-over.mjs';
import { Failure, printFailure } from './bootstrap/failure.mjs';

const oldestNode = 20;

async function main() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < oldestNode) {
    throw new Failure(`Node ${process.versions.node} is too old: this needs Node ${oldestNode} or newer.`, {
      suggestion:
        'Install a newer Node from https://nodejs.org (any release from 20 on; Node 24 is fetched by itself).',
    });
  }
  const node = await ensureNode();
  await ensurePackages(node);
  return handOver(node, process.argv.slice(2));
}

main().then(
  (code) => process.exit(code),
  (error) => {
    printFailure(error);
    process.exit(1);
  },
);
