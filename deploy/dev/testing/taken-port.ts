import { createServer } from 'node:net';

export interface TakenPort {
  readonly port: number;
  readonly free: () => void;
}

/** A port of this machine on which somebody listens. */
export async function takePort(): Promise<TakenPort> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, free: () => void server.close() };
}
