/** The maps of the tiers, and the line of syncs. */
export const pictures = `
.maps {
  position: relative;
  display: grid;
  grid-template-columns: repeat(3, minmax(0, 1fr));
  gap: 12px;
  border-radius: 10px;
}

.tier { min-width: 0; }

.tier-head {
  display: grid;
  grid-template-columns: minmax(0, auto) minmax(0, 1fr);
  gap: 0 8px;
  align-items: baseline;
  padding-bottom: 6px;
}

.tier-head strong { font-weight: 650; }
.tier-count { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-variant-numeric: tabular-nums; }

.tier-more {
  grid-column: 1 / -1;
  min-height: 18px;
  overflow: hidden;
  color: var(--muted);
  font-size: 12px;
  text-overflow: ellipsis;
  white-space: nowrap;
  font-variant-numeric: tabular-nums;
}

.map {
  display: block;
  width: 100%;
  height: 148px;
  border-radius: 8px;
  background: var(--sunken);
  cursor: pointer;
}

[data-many] .map { height: 240px; }
[data-many] .map .tile { stroke-width: 0.6; }

.tile { stroke-width: 1.25; }
.tile.same { fill: var(--accent-soft); stroke: var(--accent-line); }
.tile.waiting { fill: var(--wait-soft); stroke: var(--wait-line); }
.tile.apart { fill: var(--clash-soft); stroke: var(--clash-line); stroke-width: 2; }
.tile.alone { fill: var(--quiet-soft); stroke: var(--quiet-line); }
.tile.partly { fill: none; stroke: var(--accent-line); }
[data-many] .map .apart { fill: var(--clash-line); }
[data-many] .map .waiting { fill: var(--wait-line); }
.tile.absent { fill: none; stroke: var(--quiet-line); stroke-dasharray: 2.5 3; }

.label { fill: var(--ink); font-size: 11px; font-weight: 600; pointer-events: none; }
.label.count { font-weight: 400; font-variant-numeric: tabular-nums; }
.label.absent { fill: var(--muted); font-weight: 400; }

.mark { fill: none; stroke: var(--ink); stroke-width: 2; pointer-events: none; }

.below-maps {
  display: flex;
  align-items: baseline;
  justify-content: space-between;
  gap: 12px;
  padding-top: 6px;
}

.detail {
  min-width: 0;
  min-height: 19px;
  overflow: hidden;
  color: var(--muted);
  font-size: 12px;
  text-overflow: ellipsis;
}

.legend {
  display: flex;
  flex-wrap: wrap;
  gap: 2px 14px;
  padding-top: 4px;
  color: var(--muted);
  font-size: 12px;
}

.legend li { display: flex; align-items: center; gap: 5px; }
.swatch { width: 14px; height: 14px; flex: none; }

.syncs { padding-top: 12px; border-top: 1px solid var(--line); }
.syncs [role="listbox"] { position: relative; border-radius: 8px; }
.line { display: block; width: 100%; height: 124px; }

.grid line { stroke: var(--line); stroke-width: 1; stroke-dasharray: 1 4; }
.grid line.base { stroke: var(--quiet-line); stroke-dasharray: none; }
.grid text { fill: var(--muted); font-size: 10.5px; font-variant-numeric: tabular-nums; }

.run.moved { fill: var(--accent); }
.run.idle { fill: var(--quiet-line); }
.run.failed { fill: var(--clash); }
.run.bytes { fill: var(--wait-line); }
.run.live { fill: var(--accent-line); }

@container (max-width: 520px) {
  .maps { gap: 8px; }
  .map { height: 118px; }
  [data-many] .map { height: 200px; }
  .tier-head { grid-template-columns: minmax(0, 1fr); }
  .below-maps { flex-direction: column; gap: 2px; }
}
`;
