import postgres from 'postgres';

/** Runs one or several SQL statements over a new connection. */
export async function ask<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return [...(await client.unsafe<Row[]>(text))];
  } finally {
    await client.end();
  }
}
