/** `npm run demo [-- --chaos]`: runs on a stack that the launcher has started. The exit code is 0 if every check passed. */
import { readDemoOptions } from '../deploy/dev/commands/demo-options.ts';
import { attachStack } from '../deploy/dev/supervisor/attach.ts';
import { seedFrom } from '../testkit/random.ts';
import { setting } from '../testkit/stack/stack.ts';
import { runChaos } from './chaos.ts';
import { tellStory } from './story.ts';

const { chaos, seed = seedFrom(process.env), seconds } = readDemoOptions(process.argv.slice(2));
const stateFile = setting('ECOMMERCE_STACK_STATE');
process.exitCode = chaos ? await runChaos({ stateFile, seed, seconds }) : await tellStory(attachStack(stateFile));
