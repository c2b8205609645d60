import { make, makeSvg, say, setAll } from '../dom/make.ts';
import type { KeyState } from '../tiles/keyStates.ts';
import type { Tile } from '../tiles/layTiles.ts';
import { inner, tilePath } from '../tiles/tilePath.ts';

export interface TierMapEvents {
  readonly over: (event: MouseEvent) => void;
  readonly leave: () => void;
  readonly click: (event: MouseEvent) => void;
}

type Label = readonly [name: string, count: string];

const states: readonly KeyState[] = ['same', 'alone', 'partly', 'waiting', 'apart', 'absent'];

/** What a letter takes, roughly, in the size that labels have. */
const letterWidth = 6.8;
const padding = 5;
/** Of a long name, less than that says nothing. */
const fewLetters = 7;
const labelsAtMost = 80;
const lineHeight = { first: 20, second: 36 };

/** One tier: a tile for each key. Whatever their number, a state is one path. */
export class TierMap {
  readonly root: HTMLElement;
  readonly #svg: SVGSVGElement;
  readonly #paths: ReadonlyMap<KeyState, SVGPathElement>;
  readonly #labels = makeSvg('g');
  readonly #mark = makeSvg('rect', { class: 'mark', rx: 5, visibility: 'hidden' });
  readonly #count = make('span', { class: 'tier-count' });
  readonly #more = make('span', { class: 'tier-more' });

  constructor(title: string, { over, leave, click }: TierMapEvents) {
    this.#paths = new Map(states.map((state) => [state, makeSvg('path', { class: `tile ${state}` })]));
    this.#svg = makeSvg(
      'svg',
      { class: 'map', 'aria-hidden': 'true', onpointermove: over, onpointerleave: leave, onclick: click },
      ...this.#paths.values(),
      this.#labels,
      this.#mark,
    );
    const head = make('p', { class: 'tier-head' }, make('strong', {}, title), this.#count, this.#more);
    this.root = make('div', { class: 'tier' }, head, this.#svg);
  }

  size(): { readonly width: number; readonly height: number } {
    return { width: this.#svg.clientWidth, height: this.#svg.clientHeight };
  }

  head([count, more]: readonly [string, string]): void {
    say(this.#count, count);
    say(this.#more, more);
    setAll(this.#more, { title: more });
  }

  /** `labels`: what is written where there is room. */
  draw(
    { width, height }: { readonly width: number; readonly height: number },
    tiles: readonly Tile[],
    states: readonly KeyState[],
    labels: readonly Label[],
  ): void {
    setAll(this.#svg, { viewBox: `0 0 ${width} ${height}` });
    for (const [state, path] of this.#paths) {
      setAll(path, { d: tilePath(tiles.filter((_, i) => states[i] === state)) });
    }
    const shown = tiles.flatMap((tile, i) => labelOf(inner(tile), labels[i] as Label, states[i] as KeyState));
    this.#labels.replaceChildren(...shown.slice(0, labelsAtMost));
  }

  mark(tile: Tile | undefined): void {
    const at = tile === undefined ? {} : inner(tile);
    setAll(this.#mark, { visibility: tile === undefined ? 'hidden' : 'visible', ...at });
  }
}

function labelOf({ x, y, width, height }: Tile, [name, count]: Label, state: KeyState): SVGTextElement[] {
  const letters = Math.floor((width - 2 * padding) / letterWidth);
  if (height < lineHeight.first || letters < Math.min(name.length, fewLetters)) return [];
  const shown = name.length <= letters ? name : `${name.slice(0, letters - 1)}…`;
  const line = (text: string, kind: string, below: number): SVGTextElement =>
    makeSvg('text', { class: `label ${kind} ${state}`, x: x + padding, y: y + below }, text);
  const hasCount = count !== '' && height >= lineHeight.second;
  return [line(shown, 'name', 15), ...(hasCount ? [line(count, 'count', 30)] : [])];
}
