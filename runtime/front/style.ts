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
main { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr)); padding-bottom: 3rem; }
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
table { width: 100%; border-collapse: collapse; }
th, td { padding: .25rem .5rem .25rem 0; text-align: left; vertical-align: top; }
th { font-weight: 600; }
h3 { margin: 1rem 0 .4rem; font-size: 1rem; overflow-wrap: anywhere; }
h4 { margin: .8rem 0 .2rem; font-size: .95rem; }
form { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; }
form + p:empty { display: none; }
.rows + form { margin-top: 1rem; }
form[hidden] { display: none; }
label { display: grid; gap: .2rem; flex: 1 1 12rem; color: var(--quiet); }
input, button { font: inherit; min-height: 2.4rem; padding: .3rem .7rem; color: var(--text); background: var(--page); border: 1px solid var(--quiet); border-radius: .4rem; }
input { width: 100%; }
button { cursor: pointer; color: var(--accent); border-color: var(--accent); }
button:disabled { color: var(--quiet); border-color: var(--line); cursor: default; }
.columns { display: grid; gap: 0 2rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); }
.rows { padding: 0; list-style: none; }
.rows li { display: flex; flex-wrap: wrap; gap: 0 1rem; justify-content: space-between; align-items: center; padding: .25rem 0; border-bottom: 1px solid var(--line); }
time { flex: none; color: var(--quiet); font-size: .9em; }
.rows time + span { flex: 1 1 11rem; }
.rows button { flex: none; }
.rows span { flex: 1; overflow-wrap: anywhere; min-width: 0; }
.steps li { display: grid; grid-template-columns: 1.2em minmax(7rem, 1fr) minmax(0, auto) 4.5rem; gap: 0 .6rem; align-items: baseline; }
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
