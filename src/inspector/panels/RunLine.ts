import { make, makeSvg, say, setAll } from '../dom/make.ts';
import { Picker } from '../dom/Picker.ts';
import type { SyncSight } from '../looks/SyncFeed.ts';
import { hasMoved, type SyncRun } from '../runs/SyncRun.ts';
import { logRange, logShare, logTicks, longestSpan, type TimeSpan, timeSpan } from '../runs/scales.ts';
import { bytesText, durationText, many, timeText } from '../values/texts.ts';

type Kind = 'moved' | 'idle' | 'failed';

const kinds: readonly Kind[] = ['moved', 'idle', 'failed'];

/** Up from the base line stands how long a sync took, down from it how many bytes went to and fro. */
const place = { left: 52, right: 10, top: 8, base: 70, bottom: 104, height: 124 };
const bar = { width: 4, least: 2 };

/** The syncs of the last minutes, as they come. */
export class RunLine {
  readonly root: HTMLElement;
  readonly #svg: SVGSVGElement;
  readonly #grid = makeSvg('g', { class: 'grid' });
  readonly #bars = new Map(kinds.map((kind) => [kind, makeSvg('path', { class: `run ${kind}` })]));
  readonly #bytes = makeSvg('path', { class: 'run bytes' });
  readonly #live = makeSvg('rect', { class: 'run live', width: bar.width, rx: 2, visibility: 'hidden' });
  readonly #mark = makeSvg('rect', { class: 'mark', rx: 4, visibility: 'hidden' });
  readonly #picker: Picker;
  readonly #detail = make('p', { class: 'detail' });
  readonly #totals = make('span', { class: 'totals' });
  #runs: readonly SyncRun[] = [];
  #xs: readonly number[] = [];
  #width = 0;

  constructor() {
    this.#svg = makeSvg(
      'svg',
      {
        class: 'line',
        'aria-hidden': 'true',
        onpointermove: (event: PointerEvent) => this.#picker.look(this.#nearest(event)),
        onpointerleave: () => this.#picker.look(null),
      },
      this.#grid,
      this.#bytes,
      ...this.#bars.values(),
      this.#live,
      this.#mark,
    );
    this.#picker = new Picker(
      {
        label: 'Syncs',
        next: (from, key) => this.#next(from, key),
        textOf: (index) => runText(this.#runs[index] as SyncRun),
        onLook: (index) => this.#look(index),
      },
      this.#svg,
    );
    const head = make('div', { class: 'section-head' }, make('h3', {}, 'Syncs'), this.#totals);
    this.root = make('section', { class: 'syncs', 'aria-label': 'Syncs' }, head, this.#picker.root, this.#detail);
  }

  show({ runs, begunAt, stats }: SyncSight, now: number): void {
    const picked = this.#picker.at === null ? undefined : this.#runs[this.#picker.at];
    this.#runs = runs.filter(({ endedAt }) => endedAt > now - longestSpan);
    this.#draw(begunAt, now);
    const at = picked === undefined ? -1 : this.#runs.indexOf(picked);
    this.#picker.renew(this.#runs.length, at < 0 ? null : at);
    this.#look(this.#picker.at);
    say(
      this.#totals,
      stats === null || stats.requests === 0
        ? ''
        : `${many(stats.requests, 'request')} · ↑ ${bytesText(stats.bytesSent)} · ↓ ${bytesText(stats.bytesReceived)}`,
    );
  }

  fit(): boolean {
    const width = this.#svg.clientWidth;
    if (width === this.#width) return false;
    this.#width = width;
    return true;
  }

  #draw(begunAt: number | null, now: number): void {
    if (this.#width === 0) return;
    setAll(this.#svg, { viewBox: `0 0 ${this.#width} ${place.height}` });
    const first = Math.min(this.#runs[0]?.endedAt ?? now, begunAt ?? now);
    const span = timeSpan(first, now);
    const durations = logRange([...this.#runs.map(({ durationMs }) => durationMs), now - (begunAt ?? now)], 1, 1_000);
    const bytes = logRange(this.#runs.map(bytesOf), 10, 10_000);
    const up = (ms: number): number => bar.least + logShare(ms, durations) * (place.base - place.top - bar.least);
    const down = (count: number): number => logShare(count, bytes) * (place.bottom - place.base);
    this.#xs = this.#runs.map(({ endedAt }) => this.#x(endedAt, span));
    for (const [kind, path] of this.#bars) {
      const shapes = this.#runs.map((run, i) => {
        const height = up(run.durationMs);
        return kindOf(run) === kind ? barPath(this.#xs[i] as number, place.base - height, height) : '';
      });
      setAll(path, { d: shapes.join('') });
    }
    const below = this.#runs.map((run, i) => barPath(this.#xs[i] as number, place.base + 2, down(bytesOf(run))));
    setAll(this.#bytes, { d: below.join('') });
    const height = up(now - (begunAt ?? now));
    const isLive = begunAt !== null;
    setAll(this.#live, { visibility: isLive ? 'visible' : 'hidden', height, y: place.base - height });
    setAll(this.#live, { x: this.#x(now, span) - bar.width });
    this.#drawGrid(span, { durations, bytes, up, down });
  }

  #drawGrid(
    span: TimeSpan,
    scale: {
      readonly durations: readonly [number, number];
      readonly bytes: readonly [number, number];
      readonly up: (ms: number) => number;
      readonly down: (bytes: number) => number;
    },
  ): void {
    const end = this.#width - place.right;
    const level = (y: number, text: string): SVGElement[] => [
      makeSvg('line', { x1: place.left, x2: end, y1: y, y2: y }),
      makeSvg('text', { x: place.left - 6, y: y + 3.5, 'text-anchor': 'end' }, text),
    ];
    // A time whose digits would be cut off is left out.
    const hasRoom = (x: number): boolean => x > place.left + 14 && x < this.#width - 28;
    const times = span.ticks.filter((tick) => hasRoom(this.#x(tick, span)));
    const spaced = this.#width < 420 ? times.filter((_, i) => i % 2 === 0) : times;
    this.#grid.replaceChildren(
      ...logTicks(scale.durations)
        .filter((ms) => ms >= 10)
        .flatMap((ms) => level(place.base - scale.up(ms), durationText(ms))),
      makeSvg('line', { class: 'base', x1: place.left, x2: end, y1: place.base + 1, y2: place.base + 1 }),
      ...logTicks(scale.bytes)
        .slice(-1)
        .flatMap((bytes) => level(place.base + 2 + scale.down(bytes), bytesText(bytes))),
      ...spaced.map((tick) =>
        makeSvg('text', { x: this.#x(tick, span), y: place.height - 3, 'text-anchor': 'middle' }, timeText(tick)),
      ),
    );
  }

  #x(time: number, { from, to }: TimeSpan): number {
    return place.left + ((time - from) / (to - from)) * (this.#width - place.left - place.right);
  }

  #next(from: number, key: string): number | null {
    const last = this.#runs.length - 1;
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: last }[key];
    return to === undefined ? null : Math.max(0, Math.min(last, to));
  }

  #nearest({ clientX }: PointerEvent): number | null {
    const x = clientX - this.#svg.getBoundingClientRect().left;
    const distances = this.#xs.map((at) => Math.abs(at - x));
    const least = Math.min(...distances);
    return least < 12 ? distances.indexOf(least) : null;
  }

  #look(index: number | null): void {
    const run = index === null ? undefined : this.#runs[index];
    const x = index === null ? undefined : this.#xs[index];
    const isMarked = run !== undefined && x !== undefined;
    setAll(this.#mark, { visibility: isMarked ? 'visible' : 'hidden' });
    if (isMarked) {
      const height = place.bottom - place.top + 8;
      setAll(this.#mark, { x: x - bar.width - 2, y: place.top - 4, width: 2 * bar.width + 4, height });
    }
    const latest = this.#runs.at(-1);
    const shown = run ?? latest;
    say(this.#detail, shown === undefined ? 'None since this was opened.' : runText(shown));
  }
}

const bytesOf = ({ bytesSent, bytesReceived }: SyncRun): number => bytesSent + bytesReceived;
const kindOf = (run: SyncRun): Kind => (run.error !== null ? 'failed' : hasMoved(run) ? 'moved' : 'idle');

function barPath(x: number, y: number, height: number): string {
  if (height <= 0) return '';
  const [left, top, h] = [x - bar.width / 2, y, height].map((n) => n.toFixed(1));
  return `M${left} ${top}h${bar.width}v${h}h-${bar.width}z`;
}

function runText(run: SyncRun): string {
  const { endedAt, durationMs, error, requests, bytesSent, bytesReceived, pushed, pulled, conflicts } = run;
  const begin = `${timeText(endedAt)} · ${durationText(durationMs)}`;
  if (error !== null) return `${begin} · failed: ${error}`;
  const cost = `${many(requests, 'request')} · ↑ ${bytesText(bytesSent)} · ↓ ${bytesText(bytesReceived)}`;
  const met = conflicts > 0 ? ` · ${many(conflicts, 'conflict')}` : '';
  return `${begin} · ${cost} · ${hasMoved(run) ? `${pushed} pushed · ${pulled} pulled${met}` : 'nothing new'}`;
}
