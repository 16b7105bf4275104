/** Bundles the workflows into the file that workers read. The Dockerfile runs it. */
import { loadWorkflowBundle } from '../../workflows/bundle.ts';

const { code } = await loadWorkflowBundle();
console.log(`workflow bundle: ${Math.round(code.length / 1024)} KiB`);
