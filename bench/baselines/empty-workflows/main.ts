/** A process that runs empty workflows: the baseline of checkouts. */
import { serve } from '../../child/serve.ts';
import { tasks } from './tasks.ts';

serve(tasks);
