/** The look of what stands in the views: forms, lists, orders, messages. */
export const parts = `
form { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; }
form + p:empty { display: none; }
label { display: grid; gap: .2rem; flex: 1 1 12rem; color: var(--quiet); font-size: .95em; }
label.short { flex: 0 1 10rem; }
.find { margin-bottom: 1rem; }
.field { flex: 1 1 15rem; align-self: start; }
.field p { margin: .3rem 0 0; font-size: .92em; }
.buttons { display: flex; flex-wrap: wrap; gap: .6rem 1.2rem; align-items: center; margin: .4rem 0 0; }
@media (min-width: 44rem) { .field ~ .buttons { align-self: start; margin-top: 1.65rem; } }
input, select, button, a.button { font: inherit; min-height: 2.5rem; padding: .3rem .9rem; color: var(--text); background: var(--card); border: 1px solid var(--edge); border-radius: .5rem; }
input, select { width: 100%; background: var(--page); }
input[aria-invalid="true"] { border-color: var(--bad); }
button, a.button { display: inline-flex; align-items: center; justify-content: center; cursor: pointer; color: var(--accent); border-color: color-mix(in srgb, var(--accent) 55%, var(--card)); text-decoration: none; }
button:hover, a.button:hover { background: color-mix(in srgb, var(--accent) 9%, var(--card)); border-color: var(--accent); }
button.main { color: var(--on-accent); background: var(--accent); border-color: var(--accent); }
button.main:hover { background: color-mix(in srgb, var(--accent) 88%, var(--text)); }
button:disabled, button.main:disabled { color: var(--quiet); background: var(--page); border-color: var(--line); cursor: default; }
.bar button { min-height: 2.1rem; padding: .15rem .75rem; }

.tiles { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 14.5rem), 1fr)); }
.tiles li { display: grid; grid-template-columns: 1fr auto; grid-template-rows: auto 1fr; gap: .1rem .75rem; align-items: center; padding: .8rem .9rem; border: 1px solid var(--line); border-radius: .6rem; }
.tiles li > span:only-child { grid-column: 1 / -1; }
.tiles .name, .tiles .quiet { grid-column: 1 / -1; overflow-wrap: anywhere; }
.tiles .name { font-weight: 600; }
.tiles .quiet { align-self: start; font-size: .9em; margin-bottom: .35rem; }
.sum { flex: none; font-variant-numeric: tabular-nums; white-space: nowrap; }
.more { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin: 1rem 0 0; color: var(--quiet); }
.more:has([hidden] + :empty) { display: none; }

.columns { display: grid; gap: 1.4rem 2.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); }
.apart { margin-top: 1.6rem; padding-top: 1.3rem; border-top: 1px solid var(--line); }
.rows { margin: .3rem 0 .8rem; padding: 0; list-style: none; }
.rows li { display: flex; flex-wrap: wrap; gap: .15rem 1rem; align-items: center; min-height: 2.6rem; padding: .45rem 0; border-bottom: 1px solid var(--line); }
.rows span { flex: 1; overflow-wrap: anywhere; min-width: 0; }
.rows li > span:first-child { flex: 1 1 12rem; }
.rows li > .sum, .rows li > .state { flex: none; }
.rows button, .rows a.button { flex: none; min-height: 2.2rem; }
.rows .sum + button { margin-left: auto; }
#order-lines li > span:first-child { flex-basis: 8rem; }
.rows .two { display: grid; }
.rows .about { font-size: .9em; }
.rows time { flex: none; color: var(--quiet); font-size: .9em; font-variant-numeric: tabular-nums; }
.rows time + span { flex: 1 1 12rem; }
#order-history li, #story-steps li { align-items: baseline; }
.rows .two time { font-size: 1em; }
#orders .sum, #found .sum { min-width: 7rem; text-align: right; }
@media (max-width: 43.99rem) {
  .rows li > .two:first-child { flex-basis: 100%; }
  #orders .sum, #found .sum { flex: 1; min-width: 0; text-align: left; }
}
.state { flex: none; padding: .1rem .6rem; font-size: .8rem; font-weight: 600; letter-spacing: .02em; border-radius: 1rem; color: var(--hue); background: color-mix(in srgb, var(--hue) 11%, var(--card)); --hue: var(--quiet); }
[data-state="COMPLETED"] { --hue: var(--good); }
[data-state="PENDING"] { --hue: var(--warn); }
[data-state="FAILED"] { --hue: var(--bad); }

#total { margin: .8rem 0; font-weight: 600; }
#cart:empty { display: none; }
#cart:empty + #total { font-weight: inherit; color: var(--quiet); }
[data-view="order"] > p:first-child { margin: 0 0 .3rem; }
#order p:has(> [hidden]:only-child) { display: none; }
#order-lines { margin-bottom: 0; }
#order-lines + p { margin: .8rem 0 0; }
#order-state { margin: 0; font-weight: 600; color: var(--hue, inherit); }
#order-about { margin: .1rem 0 1.3rem; }
#order-lines li:last-child { font-weight: 600; border-bottom: 0; }
#order-stage { margin: .2rem 0; }
#order-stage:empty { display: none; }
.steps li { min-height: 2rem; display: grid; grid-template-columns: 1.2em minmax(6rem, 1fr) minmax(0, auto) 3.6rem; gap: 0 .6rem; align-items: baseline; }
.steps .took { text-align: right; color: var(--quiet); font-size: .9em; font-variant-numeric: tabular-nums; }
.steps .word { color: var(--quiet); font-size: .9em; }
[data-state="DONE"] .mark { color: var(--good); }
[data-state="RETRYING"] .mark, [data-state="RETRYING"] .word { color: var(--warn); }
[data-state="REFUSED"] .mark, [data-state="REFUSED"] .word { color: var(--bad); }

.cards h3 { margin: 0 0 .3rem; color: var(--quiet); font-size: .9em; }
.cards section > p:last-child { margin-bottom: 0; }
@media (min-width: 44rem) { #services { columns: 2; column-gap: 2.5rem; } }
.checks li { display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; padding: .3rem 0; border-bottom: 1px solid var(--line); break-inside: avoid; }
.checks small { grid-column: 1 / -1; font-size: .88em; }
.checks small:empty { display: none; }
.unused { color: var(--quiet); }
.ok { color: var(--good); }
.degraded { color: var(--warn); }
.failed, .unknown { color: var(--bad); }
#message { position: sticky; top: .5rem; z-index: 1; margin: 0; }
#message:empty { position: absolute; }
#message:not(:empty) { padding: .7rem 1.2rem; background: var(--card); border: 1px solid; border-radius: var(--round); box-shadow: var(--shadow); }
#news { position: fixed; z-index: 2; left: 1rem; right: 1rem; bottom: 1rem; width: fit-content; max-width: 34rem; margin: 0 auto; padding: .7rem 1.1rem; color: var(--page); background: var(--text); border-radius: var(--round); }
#news:empty { padding: 0; }
`;
