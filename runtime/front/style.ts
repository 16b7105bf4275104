/** The look of the front page. Colours follow the reader's choice of light or dark; both have a contrast of 4.5 or more. */
export const style = `:root {
  color-scheme: light dark;
  --text: light-dark(#1c2526, #e4eceb);
  --quiet: light-dark(#4d5b5c, #a9b8b7);
  --page: light-dark(#f6f8f7, #121918);
  --card: light-dark(#ffffff, #1b2423);
  --line: light-dark(#d5dddb, #33403e);
  --accent: light-dark(#0b5b57, #7fd1c7);
  --good: light-dark(#1b6b33, #7fd197);
  --warn: light-dark(#8a5300, #f0bd6a);
  --bad: light-dark(#a8201a, #ff9d94);
  font: 1rem/1.55 system-ui, sans-serif;
}
* { box-sizing: border-box; }
body { margin: 0; color: var(--text); background: var(--page); }
header, main { max-width: 70rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 2rem; }
main { display: grid; gap: 1rem; padding-bottom: 3rem; }
@media (min-width: 44rem) {
  main { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .tall { grid-row: span 2; }
  .broad { grid-column: 1 / -1; }
  /* Without accounts, two cards stand beside the health. */
  .broad:has(~ .broad), .broad ~ .broad { grid-column: auto; }
}
@media (min-width: 64rem) {
  main { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .broad, .broad:has(~ .broad), .broad ~ .broad { grid-column: span 2; }
}
h1 { margin: 0; font-size: 1.7rem; line-height: 1.2; }
h2 { margin: 0 0 .6rem; font-size: 1.1rem; }
header p { max-width: 44rem; color: var(--quiet); }
section { padding: 1.1rem 1.2rem; background: var(--card); border: 1px solid var(--line); border-radius: .7rem; min-width: 0; }
section.wide { grid-column: 1 / -1; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
ul { margin: 0; padding: 0; list-style: none; }
li { padding: .15rem 0; }
code, pre { font: .92em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { margin: 0; white-space: pre-wrap; }
dl { margin: 0; }
dt { font-weight: 600; }
dd { margin: 0 0 .6rem; }
h3 { margin: 1.4rem 0 .4rem; font-size: 1rem; overflow-wrap: anywhere; }
h4 { margin: 1rem 0 .2rem; font-size: .95rem; }
.columns > div > :first-child { margin-top: 0; }
form { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; }
form[hidden], .bar[hidden] { display: none; }
form + p:empty { display: none; }
.rows + form { margin-top: 1rem; }
label { display: grid; gap: .2rem; flex: 1 1 12rem; color: var(--quiet); }
.field { flex: 1 1 15rem; align-self: start; }
.field p { margin: .3rem 0 0; font-size: .92em; }
.buttons { display: flex; gap: .6rem; align-self: start; margin: .4rem 0 0; }
@media (min-width: 44rem) { .buttons { margin-top: 1.75rem; } }
input, button { font: inherit; min-height: 2.5rem; padding: .3rem .8rem; color: var(--text); background: var(--page); border: 1px solid var(--quiet); border-radius: .4rem; }
input { width: 100%; }
input[aria-invalid="true"] { border-color: var(--bad); }
button { cursor: pointer; color: var(--accent); background: var(--card); border-color: var(--accent); }
button:hover { background: var(--page); }
button.main { color: var(--card); background: var(--accent); }
button:disabled, button.main:disabled { color: var(--quiet); background: var(--page); border-color: var(--line); cursor: default; }
.bar { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin: 0 0 1.2rem; padding-bottom: .9rem; border-bottom: 1px solid var(--line); }
#who { flex: 1 1 14rem; min-width: 0; overflow-wrap: anywhere; }
.columns { display: grid; gap: 1.4rem 2.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); }
.columns[hidden] { display: none; }
.apart { margin-top: 1.6rem; padding-top: 1.2rem; border-top: 1px solid var(--line); }
.apart > h3 { margin-top: 0; }
.rows { margin: .3rem 0 .8rem; padding: 0; list-style: none; }
.rows li { display: flex; flex-wrap: wrap; gap: .1rem 1rem; align-items: center; min-height: 2.4rem; padding: .3rem 0; border-bottom: 1px solid var(--line); }
.rows span { flex: 1; overflow-wrap: anywhere; min-width: 0; }
.rows li > span:first-child { flex: 1 1 11rem; }
.rows .sum + button { margin-left: auto; }
.rows .sum { flex: none; font-variant-numeric: tabular-nums; }
.rows button { flex: none; }
time { flex: none; color: var(--quiet); font-size: .9em; }
.rows time + span { flex: 1 1 11rem; }
#total { margin: 0 0 .8rem; font-weight: 600; }
#cart:empty + #total { font-weight: inherit; color: var(--quiet); }
#no-top-up code { display: block; }
#order-state { margin: .4rem 0; font-weight: 600; }
#order-stage:empty { display: none; }
.steps li { min-height: 2rem; display: grid; grid-template-columns: 1.2em minmax(6rem, 1fr) minmax(0, auto) 3.6rem; gap: 0 .6rem; align-items: baseline; }
.steps .took { text-align: right; color: var(--quiet); font-size: .9em; font-variant-numeric: tabular-nums; }
.steps .word { color: var(--quiet); font-size: .9em; }
[data-state="DONE"] .mark { color: var(--good); }
[data-state="RETRYING"] .mark, [data-state="RETRYING"] .word { color: var(--warn); }
[data-state="REFUSED"] .mark, [data-state="REFUSED"] .word { color: var(--bad); }
.quiet { color: var(--quiet); }
.checks li { display: flex; justify-content: space-between; gap: 1rem; }
.ok { color: var(--good); }
.degraded { color: var(--warn); }
#message { position: sticky; top: 0; grid-column: 1 / -1; margin: 0; }
#message:not(:empty) { padding: .7rem 1.2rem; background: var(--card); border: 1px solid; border-radius: .7rem; }
.failed, .unknown { color: var(--bad); }
`;
