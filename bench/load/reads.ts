import { drive, type Measured } from '../statistics.ts';
import { openWindow, type Length, type Marks } from '../window.ts';
import { itemOf } from './checkouts.ts';
import { Connection } from './connection.ts';
import { get, getRequest, type Page } from './page.ts';

export interface ReadLoad extends Length {
  readonly page: Page;
  readonly users: number;
}

/** Each user gets the same page again and again, on a connection that stays open. Times: `read`. */
export async function reads({ page, users, ...length }: ReadLoad, marks: Marks): Promise<Measured> {
  const request = getRequest(page);
  const connections = Array.from({ length: users }, () => new Connection(page.baseUrl, { keepBodies: false }));
  const window = openWindow(length, marks);
  try {
    return await drive(window, users, async (user) => {
      const begunMs = performance.now();
      await get(itemOf(connections, user), request, page);
      return { read: performance.now() - begunMs };
    });
  } finally {
    for (const connection of connections) connection.close();
  }
}
