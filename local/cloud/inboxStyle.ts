/** The inbox page's style: one column on a phone, list and mail side by side where there is room. */
export const inboxStyle = `
:root { color-scheme: light dark; --line: #d5dae1; --soft: #5a6472; --paper: #fff; --ground: #f3f5f8;
  --ink: #1b222c; --accent: #0b5cad; --good: #17703b; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --line: #38404b; --soft: #a4aebb; --paper: #1d232b; --ground: #14181e;
  --ink: #e8ecf1; --accent: #7db8f5; --good: #7fd6a0; --bad: #ff9a92; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
a { color: var(--accent); }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -999px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip:focus { left: 8px; top: 8px; background: var(--paper); padding: 8px; z-index: 1; }
header { padding: 12px 16px; background: var(--paper); border-bottom: 1px solid var(--line);
  display: flex; flex-wrap: wrap; gap: 4px 24px; align-items: baseline; }
h1 { font-size: 1.15rem; margin: 0; }
nav { display: flex; flex-wrap: wrap; gap: 0 16px; }
nav a { padding: 6px 0; text-decoration: none; }
nav a[aria-current] { border-bottom: 3px solid var(--accent); font-weight: 600; color: inherit; }
main { max-width: 1240px; margin: 0 auto; padding: 16px; }
.empty { color: var(--soft); padding: 32px 8px; text-align: center; }
ul { list-style: none; margin: 0; padding: 0; }
.list { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.list li + li { border-top: 1px solid var(--line); }
.list a.row { display: block; padding: 10px 14px; color: inherit; text-decoration: none; }
.list a.row:hover { background: var(--ground); }
.list a.row[aria-current] { box-shadow: inset 4px 0 var(--accent); background: var(--ground); }
.subject { font-weight: 600; overflow-wrap: anywhere; }
.meta { color: var(--soft); font-size: .875rem; overflow-wrap: anywhere; }
.mail { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.mail .head { padding: 12px 16px; border-bottom: 1px solid var(--line); }
.mail h2 { font-size: 1.2rem; margin: 0 0 6px; overflow-wrap: anywhere; }
.mail .head summary { padding: 4px 0; } .mail .head details[open] > summary { border: 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 12px; margin: 0; font-size: .9rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.views { margin-top: 4px; display: flex; gap: 16px; font-size: .9rem; }
.views [aria-current] { font-weight: 600; color: inherit; text-decoration: none; }
iframe { display: block; width: 100%; border: 0; min-height: 70vh; background: #fff; }
pre { margin: 0; padding: 14px 16px; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere;
  font: .875rem/1.5 ui-monospace, monospace; }
.back { display: inline-block; padding: 8px 0; }
.older { margin: 12px 0; }
details > summary { padding: 10px 14px; cursor: pointer; }
details[open] > summary { border-bottom: 1px solid var(--line); }
ol.story { margin: 6px 0 0; padding-left: 22px; font-size: .9rem; }
.alert, .message { padding: 10px 14px; }
.said { white-space: pre-wrap; overflow-wrap: anywhere; margin: 6px 0; }
.fields { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 0 16px; }
code { font: .9em ui-monospace, monospace; background: var(--ground); border-radius: 4px; padding: 1px 4px; }
.message .story { border-left: 3px solid var(--line); list-style: none; padding-left: 14px; }
.message .story li + li { border: 0; margin-top: 8px; }
.good { color: var(--good); font-weight: 600; } .bad { color: var(--bad); font-weight: 600; }
@media (min-width: 900px) { .both { display: grid; grid-template-columns: 340px 1fr; gap: 16px; align-items: start; }
  .back { display: none; } }
@media (max-width: 899px) { main { padding: 8px; } .reading #list, .listing #mail { display: none; } }
`;

/** Looks every two seconds for something new and puts in what changed; fits a mail's frame to its content. */
export const inboxScript = `
const fit = () => document.querySelectorAll('iframe').forEach((frame) => {
  const grow = () => { const page = frame.contentDocument?.documentElement; if (page) frame.style.height = page.scrollHeight + 'px'; };
  frame.addEventListener('load', grow); grow();
});
fit(); addEventListener('resize', fit);
setInterval(async () => {
  if (document.hidden) return;
  try {
    const text = await (await fetch(location.href)).text();
    const fresh = new DOMParser().parseFromString(text, 'text/html');
    const open = [...document.querySelectorAll('details[open]')].map((each) => each.id);
    for (const id of ['counts', 'list', 'mail']) {
      const [before, after] = [document.getElementById(id), fresh.getElementById(id)];
      if ((before === null) !== (after === null)) return location.reload();
      if (before === null || before.dataset.version === after.dataset.version) continue;
      const focused = before.contains(document.activeElement) ? document.activeElement.id : '';
      before.replaceWith(after);
      for (const each of open) document.getElementById(each)?.setAttribute('open', '');
      if (focused !== '') document.getElementById(focused)?.focus();
      if (id === 'mail') fit();
    }
  } catch { /* the host is stopped; try again */ }
}, 2000);
`;
