// The entry point of every npm script. It runs on a fresh clone, on Node 20, before anything is installed, so it is
// plain JavaScript without dependencies. It gets Node 24 and the npm packages, and then starts main.ts.
import { ensureNode } from './bootstrap/node.mjs';
import { ensurePackages } from './bootstrap/packages.mjs';
import { handOver } from './bootstrap/hand-over.mjs';
import { Failure, printFailure } from './bootstrap/failure.mjs';

const oldestNode = 20;

async function main() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < oldestNode) {
    throw new Failure(`Node ${process.versions.node} is too old: the launcher needs Node ${oldestNode} or newer.`, {
      suggestion:
        'Install Node 20 or newer from https://nodejs.org. The launcher then downloads Node 24 itself if you have another.',
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
