export const base = `
:host {
  --surface: light-dark(#ffffff, #1b1e23);
  --sunken: light-dark(#f7f5f1, #15181c);
  --ink: light-dark(#1e2126, #eceef0);
  --muted: light-dark(#5c6068, #a3a9b2);
  --line: light-dark(#dedad1, #2e333a);
  --accent: light-dark(#0b6a5b, #63d1b8);
  --on-accent: light-dark(#ffffff, #06231d);
  --accent-soft: light-dark(#dcefe9, #16352f);
  --accent-line: light-dark(#5fa294, #3d8a79);
  --wait: light-dark(#8a5300, #f0bd6a);
  --wait-soft: light-dark(#fbedd3, #372a13);
  --wait-line: light-dark(#c98a2b, #a9772c);
  --clash: light-dark(#a8284c, #ff95ad);
  --clash-soft: light-dark(#fbe4ea, #40202a);
  --clash-line: light-dark(#cf6a86, #b4566f);
  --quiet-soft: light-dark(#efece5, #23272d);
  --quiet-line: light-dark(#918d84, #747b85);
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
  container-type: inline-size;
  display: block;
  overflow: auto;
  background: var(--surface);
  color: var(--ink);
  color-scheme: light dark;
  font: 13px / 1.45 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
  scrollbar-width: thin;
  scrollbar-color: var(--line) transparent;
  -webkit-font-smoothing: antialiased;
}

:host([hidden]),
[hidden] {
  display: none !important;
}

:host([theme="light"]) { color-scheme: light; }
:host([theme="dark"]) { color-scheme: dark; }
:host([theme="page"]) { color-scheme: inherit; }

*, *::before, *::after { box-sizing: border-box; }

h3, h4, p, ul, ol, pre, table { margin: 0; padding: 0; }
ul, ol { list-style: none; }
h3 { font-size: 13px; font-weight: 650; }
h4 { display: flex; align-items: center; gap: 8px; min-width: 0; font-size: 13px; font-weight: 600; }

button, input, select { font: inherit; color: inherit; }

:focus-visible {
  outline: 3px solid var(--accent);
  outline-offset: 2px;
}

.inspector {
  display: flex;
  flex-direction: column;
  gap: 14px;
  padding: 12px 16px 20px;
}

.toolbar {
  display: flex;
  align-items: center;
  justify-content: space-between;
  flex-wrap: wrap;
  gap: 8px 16px;
}

.status {
  display: flex;
  align-items: center;
  gap: 8px;
  min-height: 28px;
  font-weight: 600;
}

.skew { color: var(--muted); font-weight: 400; font-variant-numeric: tabular-nums; }
.skew[data-far] { color: var(--wait); font-weight: 600; }

.dot {
  width: 9px;
  height: 9px;
  border-radius: 50%;
  background: var(--accent);
}

.dot[data-status="syncing"] { animation: breathe 900ms ease-in-out infinite alternate; }
.dot[data-status="offline"] { background: none; box-shadow: inset 0 0 0 2px var(--muted); }
.dot[data-status="error"] { background: var(--clash); }

@keyframes breathe { to { opacity: 0.35; } }
@media (prefers-reduced-motion: reduce) { .dot { animation: none !important; } }

.actions { display: flex; flex-wrap: wrap; gap: 6px; }

.button {
  padding: 4px 11px;
  border: 1px solid var(--line);
  border-radius: 8px;
  background: var(--surface);
  font-weight: 550;
  cursor: pointer;
}

.button:hover { border-color: var(--muted); }
.button:disabled { color: var(--muted); opacity: 0.6; cursor: default; }
.button[aria-busy="true"] { color: var(--muted); cursor: progress; }
.button.small { padding: 1px 9px; }
.button.primary { border-color: transparent; background: var(--accent); color: var(--on-accent); }

.link {
  margin-inline: -2px;
  padding: 1px 2px;
  border: 0;
  background: none;
  color: var(--accent);
  font-weight: 550;
  text-decoration: underline;
  text-underline-offset: 3px;
  white-space: nowrap;
  cursor: pointer;
}

.notice {
  display: flex;
  align-items: baseline;
  justify-content: space-between;
  gap: 12px;
  flex: 1 0 100%;
  padding: 6px 10px;
  border-radius: 8px;
  background: var(--accent-soft);
}

.notice[data-fault] { background: var(--clash-soft); }
.notice[data-fault], .notice[data-fault] .link, .fault { color: var(--clash); }
.notice p, .fault { min-width: 0; overflow-wrap: anywhere; }

.section-head {
  display: flex;
  align-items: baseline;
  justify-content: space-between;
  gap: 12px;
}

.hint, .totals { color: var(--muted); }
.mono { font-family: var(--mono); font-size: 12px; }
.totals, .detail { font-variant-numeric: tabular-nums; }

.clip {
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.tag, .chip, .badge {
  flex: none;
  padding: 0 7px;
  border-radius: 7px;
  background: var(--accent-soft);
  color: var(--accent);
  font-size: 11px;
  font-weight: 650;
  line-height: 18px;
}

.tag[data-type="delete"], .tag[data-type="refused"], .badge { background: var(--clash-soft); color: var(--clash); }
.tag[data-type="update"], .badge.waiting { background: var(--wait-soft); color: var(--wait); }

.unseen {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
`;
