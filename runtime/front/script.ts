/** Reads the health again every five seconds while somebody sees the page. It changes texts only, never markup. */
export const healthScript = `const list = document.querySelector('#checks');
const summary = document.querySelector('#summary');

function show({ ready, checks }) {
  const text = ready ? 'Ready: it takes calls.' : 'Not ready: a part that it needs does not answer.';
  if (summary.textContent !== text) summary.textContent = text;
  list.replaceChildren(...Object.entries(checks).map(([name, state]) => {
    const row = document.createElement('li');
    const told = document.createElement('strong');
    told.className = state;
    told.textContent = state;
    row.append(name.replace('.', ' · '), told);
    return row;
  }));
}

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch('/front/health.json', { signal: AbortSignal.timeout(4000) });
    show(await answer.json());
  } catch {
    summary.textContent = 'The process does not answer.';
  }
}

setInterval(refresh, 5000);
document.addEventListener('visibilitychange', refresh);
`;
