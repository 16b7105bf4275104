/** Reads the health again every five seconds while somebody sees the page. It changes texts only, never markup. */
export const healthScript = `const summary = document.querySelector('#summary');

function textIn(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function rowOf({ name, state, word, note }) {
  const row = document.createElement('li');
  row.append(textIn('span', '', name), textIn('strong', state, word), textIn('small', 'quiet', note));
  return row;
}

function show(health) {
  if (summary.textContent !== health.summary) summary.textContent = health.summary;
  for (const list of ['servers', 'services']) {
    document.querySelector('#' + list).replaceChildren(...health[list].map(rowOf));
  }
}

// What was true before says nothing about now.
function showUnknown() {
  summary.textContent = 'The process does not answer. How its parts are is not known.';
  for (const row of document.querySelectorAll('#servers li, #services li')) {
    const [name] = row.children;
    row.replaceWith(rowOf({ name: name.textContent, state: 'unused', word: 'unknown', note: '' }));
  }
}

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch('/front/health.json', { signal: AbortSignal.timeout(4000) });
    if (!answer.ok) throw new Error('no health');
    show(await answer.json());
  } catch {
    showUnknown();
  }
}

setInterval(refresh, 5000);
document.addEventListener('visibilitychange', refresh);
`;
