/** The tabs below: records, what waits, conflicts, what was refused, storage. */
export const lists = `
.lists { border-top: 1px solid var(--line); }

.tabs {
  display: flex;
  gap: 2px;
  margin-bottom: 12px;
  overflow-x: auto;
  border-bottom: 1px solid var(--line);
  scrollbar-width: none;
}

.tab {
  display: flex;
  align-items: center;
  gap: 6px;
  padding: 9px 10px 7px;
  border: 0;
  border-bottom: 2px solid transparent;
  background: none;
  color: var(--muted);
  font-weight: 550;
  white-space: nowrap;
  cursor: pointer;
}

.tab:hover { color: var(--ink); }
.tab[aria-selected="true"] { border-bottom-color: var(--accent); color: var(--ink); }
.tab:focus-visible { outline-offset: -3px; border-radius: 6px; }

.field {
  width: 100%;
  min-width: 0;
  padding: 5px 8px;
  border: 1px solid var(--line);
  border-radius: 8px;
  background: var(--surface);
}

.field::placeholder { color: var(--muted); opacity: 1; }

.records {
  display: grid;
  grid-template-columns: minmax(220px, 2fr) minmax(0, 3fr);
  gap: 16px;
}

.records-side, .record-list { display: flex; flex-direction: column; gap: 8px; min-width: 0; }
.rows { display: flex; flex-direction: column; max-height: 420px; overflow: auto; scrollbar-width: thin; }

.row {
  display: flex;
  align-items: center;
  gap: 8px;
  width: 100%;
  padding: 3px 8px;
  border: 0;
  border-radius: 6px;
  background: none;
  text-align: start;
  cursor: pointer;
}

.row:hover { background: var(--sunken); }
.row[aria-pressed="true"] { background: var(--accent-soft); }
.row:focus-visible { outline-offset: -3px; }
.row-name { font-weight: 550; }

.state { flex: none; width: 9px; height: 9px; border-radius: 3px; border: 1.5px solid var(--accent-line); background: var(--accent-soft); }
.state.alone { border-color: var(--quiet-line); background: none; }
.state.apart { border-color: var(--clash-line); background: var(--clash-line); }

.pages { display: flex; align-items: center; gap: 6px; }
.pages .hint { margin-inline-start: auto; font-variant-numeric: tabular-nums; }

.raw { display: flex; flex-direction: column; gap: 10px; min-width: 0; }
.version-head { display: flex; flex-wrap: wrap; align-items: center; gap: 4px; color: var(--muted); font-size: 12px; overflow-wrap: anywhere; }

pre {
  max-height: 420px;
  margin-top: 6px;
  padding: 8px 0;
  overflow: auto;
  border-radius: 8px;
  background: var(--sunken);
  font: 12px / 1.5 var(--mono);
  scrollbar-width: thin;
}

pre:empty { display: none; }
pre span { display: block; padding: 0 12px; white-space: pre-wrap; overflow-wrap: anywhere; }
pre .other { background: var(--clash-soft); box-shadow: inset 3px 0 var(--clash-line); }

.cards { display: flex; flex-direction: column; gap: 10px; }

.card {
  padding: 10px 12px;
  border: 1px solid var(--line);
  border-radius: 10px;
}

.card-foot { display: flex; gap: 8px; padding-top: 10px; }
.quoted { padding-top: 4px; color: var(--muted); overflow-wrap: anywhere; }

table { width: 100%; border-collapse: collapse; }
.card table { margin-top: 8px; table-layout: fixed; }

th, td {
  padding: 4px 8px 4px 0;
  border-top: 1px solid var(--line);
  text-align: start;
  vertical-align: top;
  overflow-wrap: anywhere;
  font-weight: 400;
}

thead th { border: 0; color: var(--muted); font-size: 12px; }
.card th:first-child { width: 24%; color: var(--muted); }
.card td:not([data-kept]) { color: var(--muted); }

.plain li { display: flex; align-items: center; gap: 8px; padding: 3px 0; min-width: 0; }

.report { display: flex; flex-direction: column; gap: 12px; margin-bottom: 12px; }
.sizes { max-width: 420px; font-variant-numeric: tabular-nums; }
.sizes td { text-align: end; }
.sizes thead th:not(:first-child) { text-align: end; }
.quota { display: flex; align-items: center; flex-wrap: wrap; gap: 4px 10px; }
meter { width: 140px; height: 12px; }

@container (max-width: 620px) {
  .records { grid-template-columns: minmax(0, 1fr); }
  .rows { max-height: 230px; }
}
`;
