import { expect, test } from 'vitest';
import { connectTemporal } from './index.ts';

const address = process.env['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233';

test('closing ends what is under way, Temporal there or not', async () => {
  for (const at of [address, '127.0.0.1:9']) {
    const temporal = connectTemporal({ address: at, namespace: 'default' });
    const checks = Promise.allSettled([temporal.check(), temporal.check()]);
    await temporal.close();
    expect(await checks).toHaveLength(2);
  }
});

test('a process whose namespace Temporal does not know is not ready', async () => {
  const temporal = connectTemporal({ address, namespace: 'no-such-namespace' });
  await expect(temporal.check()).rejects.toMatchObject({ reason: 'TEMPORAL_UNAVAILABLE' });
  await temporal.close();
});
