/**
 * The style sheet of a report. The colours are Okabe and Ito's, which people with colour blindness
 * can tell apart; letters and patterns carry the same information for print without colour.
 */

export const reportStyle = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1d1d1f; --quiet: #5f6368; --rule: #d5d8dc;
  --leader: #0072b2; --leader-ink: #ffffff; --follower: #c9dcea; --candidate: #e69f00;
  --pre: #f0e442; --learner: #cc79a7; --paused: #b8b8b8; --dead: #ffffff; --alert: #b23c00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #17191c; --ink: #e8eaed; --quiet: #a3a8ae; --rule: #3c4043;
    --leader: #56b4e9; --leader-ink: #10222e; --follower: #2f4858; --paused: #6a6d70;
    --dead: #17191c; --alert: #ff9e66;
  }
}
@media print {
  :root {
    --paper: #ffffff; --ink: #000000; --quiet: #444444; --rule: #bbbbbb;
    --leader: #0072b2; --leader-ink: #ffffff; --follower: #c9dcea; --paused: #b8b8b8;
    --dead: #ffffff; --alert: #b23c00;
  }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; }
  tr, figure, dl > div { break-inside: avoid; }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 24px 16px 48px; }
h1 { font-size: 1.5rem; margin: 0 0 4px; }
h2 { font-size: 1.1rem; margin: 32px 0 8px; }
p { margin: 4px 0; }
.quiet { color: var(--quiet); }
.alert { color: var(--alert); font-weight: 600; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(290px, 1fr)); gap: 12px; margin: 16px 0; }
dl > div { border: 1px solid var(--rule); border-radius: 6px; padding: 8px 12px; }
dt { color: var(--quiet); font-size: .85rem; }
dd { margin: 0; font-size: 1.15rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
dd small { color: var(--quiet); font-size: .8rem; }
figure { margin: 0; overflow-x: auto; }
svg { display: block; width: 100%; min-width: 640px; height: auto; font: 11px system-ui, sans-serif; }
svg text { fill: var(--ink); }
svg .quiet { fill: var(--quiet); }
.key { display: flex; flex-wrap: wrap; gap: 4px 16px; list-style: none; padding: 0; margin: 8px 0; font-size: .9rem; }
.key svg { display: inline-block; width: 22px; min-width: 0; height: 14px; vertical-align: -2px; margin-right: 4px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 3px 12px 3px 0; border-bottom: 1px solid var(--rule); overflow-wrap: anywhere; }
th { color: var(--quiet); font-weight: 600; white-space: nowrap; }
td:first-child { white-space: nowrap; }
`;
