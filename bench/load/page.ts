import type { Connection } from './connection.ts';

export interface Page {
  readonly baseUrl: string;
  readonly path: string;
  /** Bytes of the body that the answer must have. Undefined if they vary. */
  readonly bodyBytes?: number | undefined;
}

export function getRequest({ baseUrl, path }: Page): Buffer {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nhost: ${new URL(baseUrl).host}\r\naccept: application/json\r\n\r\n`);
}

/** Gets the page once. @throws Error if the answer is not the page */
export async function get(connection: Connection, request: Buffer, { path, bodyBytes }: Page): Promise<void> {
  const answer = await connection.send(request);
  if (answer.status !== 200) throw new Error(`GET ${path} answered ${answer.status}`);
  if (bodyBytes !== undefined && answer.bodyBytes !== bodyBytes)
    throw new Error(`GET ${path} answered ${answer.bodyBytes} bytes instead of ${bodyBytes}`);
}
