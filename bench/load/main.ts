/** The process that makes the load. The benchmark starts it and orders one task after the other. */
import { serve } from '../child/serve.ts';
import { tasks } from './tasks.ts';

serve(tasks);
