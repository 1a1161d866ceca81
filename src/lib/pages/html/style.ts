/**
 * The style of every page: one column that a phone in a cold hall shows well, with big things to press; light and dark
 * by the reader's choice. On paper all that can be opened is open, and nothing that can be pressed is there.
 */
export const pageStyle = `
:root { color-scheme: light dark; --paper: light-dark(#fff, #1b2128); --ground: light-dark(#eef0f3, #11151a);
  --ink: light-dark(#161b22, #eef1f5); --soft: light-dark(#4d5765, #b3bcc8); --line: light-dark(#ccd2da, #3b4450);
  --accent: light-dark(#0b5cad, #8fc1fb); --on-accent: light-dark(#fff, #08192b); --said: light-dark(#e2effc, #16324e);
  --critical: #b3261e; --warning: #944500; --info: #1d5fa8; --good: #1b7040; --ended: #545d69; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 17px/1.45 system-ui, "Segoe UI", Roboto, sans-serif; }
main { max-width: 720px; margin: 0 auto; padding: 8px 8px 32px; }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; padding: 12px 16px; margin: 0 0 10px;
  overflow-wrap: anywhere; scroll-margin-top: 8px; }
.badge { margin: -12px -16px 10px; padding: 8px 16px; border-radius: 9px 9px 0 0; color: #fff; font-weight: 700; }
.critical { background: var(--critical); } .warning { background: var(--warning); } .info { background: var(--info); }
.good { background: var(--good); } .ended { background: var(--ended); }
h1 { font-size: 1.3rem; line-height: 1.25; margin: 0 0 8px; }
h2 { font-size: 1.1rem; margin: 0 0 6px; }
h3 { font-size: 1rem; margin: 12px 0 4px; }
p { margin: 0 0 8px; }
.soft { color: var(--soft); }
.said { background: var(--said); border-color: var(--accent); border-left-width: 6px; font-weight: 600; }
.said p:last-child { margin: 0; }
dl { display: grid; grid-template-columns: minmax(84px, max-content) 1fr; gap: 4px 12px; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; }
ul, ol { margin: 0 0 8px; padding: 0 0 0 24px; } li { margin: 0 0 6px; }
.plain { list-style: none; padding: 0; }
.plain > li { border-top: 1px solid var(--line); margin: 0; padding: 8px 0; } .plain > li:first-child { border-top: 0; }
.note { white-space: pre-line; }
.step { display: flex; gap: 12px; justify-content: space-between; align-items: flex-start; }
.done { text-decoration: line-through; }
form { margin: 0; }
label, .label { display: block; margin: 10px 0 4px; font-weight: 600; }
input, select, textarea, button, summary { font: inherit; }
input, select, textarea { width: 100%; min-height: 48px; padding: 10px 12px; border: 2px solid var(--soft); border-radius: 8px;
  background: var(--paper); color: var(--ink); }
textarea { min-height: 96px; resize: vertical; }
button { display: block; width: 100%; min-height: 52px; margin: 8px 0; padding: 10px 20px; border: 2px solid var(--accent);
  border-radius: 8px; background: var(--accent); color: var(--on-accent); font-weight: 700; overflow-wrap: normal; cursor: pointer; }
button.second { background: var(--paper); color: var(--accent); }
.step form { flex: none; } .step button { width: auto; white-space: nowrap; min-width: 84px; min-height: 48px; margin: 0; }
summary { min-height: 48px; padding: 12px 0; cursor: pointer; color: var(--accent); font-weight: 600; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: 4px; }
body > nav { max-width: 720px; margin: 0 auto; padding: 4px 12px 0; display: flex; flex-wrap: wrap; gap: 0 16px; justify-content: space-between; overflow-wrap: anywhere; }
body > nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0 8px; margin: 0; padding: 0; overflow-wrap: normal; }
body > nav li { margin: 0; } body > nav p { margin: 0; padding: 12px 0; }
body > nav a, .pager a, a.press { display: inline-block; min-height: 48px; padding: 12px 4px; font-weight: 600; }
body > nav a[aria-current] { text-decoration: none; border-bottom: 4px solid var(--accent); }
#old { max-width: 704px; margin: 8px auto 0; } [hidden] { display: none !important; }
.tag { display: inline-block; padding: 1px 8px; border-radius: 6px; color: #fff; font-size: .875rem; font-weight: 700; }
.bar, .strip { display: block; width: 100%; height: 10px; border-radius: 3px; background: var(--line); forced-color-adjust: none; print-color-adjust: exact; }
.strip { height: 14px; background: var(--good); margin: 4px 0 0; }
svg .offline { fill: var(--critical); } svg .flapping { fill: var(--warning); } svg .silenced { fill: var(--info); }
svg .online { fill: var(--good); } svg .unknown { fill: var(--line); }
.counts { margin: 2px 0; } .small { font-size: .875rem; }
.row, .device { display: flex; gap: 8px; align-items: flex-start; justify-content: space-between; }
.row input { flex: 1; min-width: 0; } .row button, .why button { width: auto; white-space: nowrap; margin: 0; min-height: 48px; padding: 8px 14px; }
.row button, .device > form { flex: none; }
.state.offline, .state.suspect { font-weight: 700; }
table { border-collapse: collapse; width: 100%; } thead { overflow-wrap: normal; } th, td { text-align: left; padding: 6px 8px 6px 0; border-top: 1px solid var(--line); vertical-align: top; }
.part th { font-weight: 400; padding-left: 16px; } td { white-space: nowrap; }
footer { padding: 4px 8px; font-size: .875rem; overflow-wrap: anywhere; }
@media (min-width: 600px) { .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0 12px; } }
@media (prefers-contrast: more) { :root { --soft: var(--ink); --line: var(--ink); } }
@media print {
  :root { color-scheme: light; } body { background: #fff; font-size: 11pt; } main { max-width: none; padding: 0; }
  .card { border: 0; border-top: 1px solid #999; border-radius: 0; break-inside: avoid; }
  .badge { color: #000; background: none; border: 2px solid #000; margin: 0 0 8px; border-radius: 0; }
  form, button, summary, .press, .pager, body > nav, #old { display: none !important; }
  .tag { color: #000; border: 1px solid #000; }
  details::details-content { content-visibility: visible; height: auto; display: block; }
}
`.trim();
