import postgres from 'postgres';

/** Sends a database one statement, or several, over a connection of its own. */
export async function ask<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return [...(await client.unsafe<Row[]>(text))];
  } finally {
    await client.end();
  }
}
