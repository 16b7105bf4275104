import type { Temporal } from '../platform/temporal/connection.ts';
import type { Context } from './context.ts';
import { nothingChanged } from './trail.ts';

const timeoutMs = 5_000;

/** Temporal for a change, after it has answered once. An error tells that nothing was changed yet. */
export async function answeringTemporal(context: Pick<Context, 'temporal'>): Promise<Temporal> {
  try {
    const temporal = await context.temporal();
    await temporal.call(timeoutMs, ({ connection }) => connection.workflowService.getSystemInfo({}));
    return temporal;
  } catch (error) {
    throw nothingChanged(error);
  }
}
