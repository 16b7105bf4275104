/** For support and administrators: finds an order of any customer, and explains it. */
import { act } from './act.ts';
import { admin, isSupport } from './api.ts';
import { find, line, timedLine } from './dom.ts';
import { createStoryView } from './story.ts';

const section = find('admin', HTMLElement);
const search = find('find-order', HTMLFormElement);
const found = find('found', HTMLElement);
const panel = find('explained', HTMLElement);
const title = find('explained-title', HTMLElement);
const story = createStoryView('explained');

/** Shows this part to those who may use it. */
export function enterAdmin(): void {
  section.hidden = !isSupport();
}

export function leaveAdmin(): void {
  section.hidden = true;
  search.reset();
  clear();
}

function clear(): void {
  story.stop();
  panel.hidden = true;
  found.replaceChildren();
}

/** @param id of an order, or of a payment of it */
function explain(id: string): void {
  story.follow(id, ({ orderId }) => {
    title.textContent = `Order ${orderId}`;
    panel.hidden = false;
  });
}

async function findByEmail(email: string): Promise<void> {
  const { users } = await admin.findUsers({ email });
  const rows = users.map(({ createTime, userId, roles }) =>
    timedLine(createTime, `${email} registered: user ${userId}${roles.length === 0 ? '' : `, ${roles.join(', ')}`}`),
  );
  found.replaceChildren(...(rows.length > 0 ? rows : [line('Nobody has this e-mail address.')]));
}

search.addEventListener('submit', (event) => {
  event.preventDefault();
  const query = String(new FormData(search).get('query')).trim();
  clear();
  act(async () => {
    if (query.includes('@')) await findByEmail(query);
    else explain(query);
  });
});
