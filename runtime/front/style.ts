import { parts } from './style-parts.ts';

/** The look of the front page. Colours follow the reader's choice of light or dark; both have a contrast of 4.5 or more. */
export const style = `:root {
  color-scheme: light dark;
  --text: light-dark(#172122, #e6eeed);
  --quiet: light-dark(#4d5b5c, #a9b8b7);
  --page: light-dark(#f4f7f6, #101716);
  --card: light-dark(#ffffff, #19221f);
  --line: light-dark(#dae2e0, #2f3c39);
  --edge: light-dark(#7c8b8a, #6d7d7a);
  --accent: light-dark(#0b5b57, #7fd1c7);
  --on-accent: light-dark(#ffffff, #0c1615);
  --good: light-dark(#1b6b33, #7fd197);
  --warn: light-dark(#8a5300, #f0bd6a);
  --bad: light-dark(#a8201a, #ff9d94);
  --shadow: 0 1px 2px light-dark(#10201f14, #0006);
  --round: .75rem;
  font: 1rem/1.5 system-ui, sans-serif;
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; color: var(--text); background: var(--page); }

/* The page: a bar above, one view below it. */
header { background: var(--card); border-bottom: 1px solid var(--line); }
.top, .bar, #no-top-up, main { max-width: 70rem; margin: 0 auto; padding-left: 1rem; padding-right: 1rem; }
.top { display: flex; flex-wrap: wrap; gap: .25rem 2rem; align-items: center; padding-top: .75rem; padding-bottom: .75rem; }
.top:has(nav:not([hidden])) { padding-bottom: 0; }
main { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.25rem; padding-top: 1.5rem; padding-bottom: 4rem; }
nav ul { display: flex; flex-wrap: wrap; gap: 0 .25rem; margin: 0 -.65rem; }
nav li { padding: 0; }
nav a { display: block; padding: .65rem .65rem .55rem; color: var(--quiet); text-decoration: none; border-bottom: 3px solid transparent; }
nav a:hover { color: var(--text); }
nav a[aria-current] { color: var(--text); font-weight: 600; border-bottom-color: var(--accent); }
.count { min-width: 1.4rem; margin-left: .15rem; padding: .05rem .4rem; font-size: .8rem; font-weight: 600; text-align: center; color: var(--on-accent); background: var(--accent); border-radius: 1rem; display: inline-block; }
#signed-in { border-top: 1px solid var(--line); }
.bar { display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: center; padding-top: .45rem; padding-bottom: .45rem; }
#who { min-width: 0; overflow-wrap: anywhere; color: var(--quiet); }
.money { margin-left: auto; }
@media (max-width: 43.99rem) {
  nav { width: 100%; }
  nav ul { flex-wrap: nowrap; justify-content: space-between; overflow-x: auto; margin: 0 -.3rem; font-size: .93rem; }
  nav a { padding-left: .3rem; padding-right: .3rem; white-space: nowrap; }
  .bar { display: grid; grid-template-columns: 1fr auto; }
  .bar button { justify-self: end; }
  .money { margin-left: 0; }
}
#balance { font-variant-numeric: tabular-nums; }
#no-top-up { padding-bottom: .75rem; }
#no-top-up code { display: block; }

section { min-width: 0; padding: 1.25rem 1.4rem 1.4rem; background: var(--card); border: 1px solid var(--line); border-radius: var(--round); box-shadow: var(--shadow); }
section.narrow { width: 100%; max-width: 44rem; }
#sign-in-view { border-top: 3px solid var(--accent); }
.about > p { max-width: 46rem; margin: 0 0 1rem; color: var(--quiet); }
.cards { display: grid; gap: 1.25rem; }
.cards > section { grid-column: span 2; }
.cards > .wide { grid-column: 1 / -1; }
@media (min-width: 44rem) {
  .cards { grid-template-columns: repeat(4, minmax(0, 1fr)); }
  .cards > section:nth-child(4) { grid-column: 1 / -1; }
}
@media (min-width: 64rem) {
  .cards { grid-template-columns: repeat(6, minmax(0, 1fr)); }
  .cards > section:nth-child(4) { grid-column: span 2; }
  /* Without accounts, two cards stand below the health. */
  .cards > section:nth-child(2):nth-last-child(2), .cards > section:nth-child(3):last-child { grid-column: span 3; }
}
@media (max-width: 43.99rem) { .cards > section { grid-column: 1 / -1; } }

h1 { margin: 0; font-size: 1.15rem; line-height: 1.3; letter-spacing: -.01em; }
h2 { margin: 0 0 .75rem; font-size: 1.35rem; line-height: 1.25; letter-spacing: -.01em; overflow-wrap: anywhere; }
.cards h2 { font-size: 1.05rem; }
h2:focus { outline: none; }
h3 { margin: 1.6rem 0 .35rem; font-size: 1rem; }
.columns > div > :first-child, .apart > h3 { margin-top: 0; }
a { color: var(--accent); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
ul { margin: 0; padding: 0; list-style: none; }
li { padding: .15rem 0; }
code { font: .92em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
dl { margin: 0; }
dt { font-weight: 600; }
dd { margin: 0 0 .6rem; }
.quiet { color: var(--quiet); }
${parts}`;
