/** Bundles the workflows into the place where workers look for them. */
import { loadWorkflowBundle } from '../../workflows/bundle.ts';

const { code } = await loadWorkflowBundle();
console.log(`workflow bundle: ${Math.round(code.length / 1024)} KiB`);
