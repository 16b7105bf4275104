/** A process that writes orders to Postgres directly: the baseline of accepted checkouts. */
import { serve } from '../../child/serve.ts';
import { tasks } from './tasks.ts';

serve(tasks);
