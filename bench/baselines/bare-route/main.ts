/** A process with a bare Hono route: the baseline of reads. */
import { serve } from '../../child/serve.ts';
import { tasks } from './tasks.ts';

serve(tasks);
