import type { SyncEngine, SyncPlan } from 'tiersync';
import { make, say, setAll } from '../dom/make.ts';
import type { SyncSight } from '../looks/SyncFeed.ts';
import { bytesText, many, skewText, timeText } from '../values/texts.ts';

const words = { idle: 'Up to date', syncing: 'Syncing', error: 'Trouble', offline: 'Offline' } as const;

/** Less than this is the way of a message, and no fault of a clock. */
const noticedSkewMs = 2_000;

/** How syncing stands in one line, and the buttons. What they answer is said below. */
export class Toolbar {
  readonly root: HTMLElement;
  readonly #sync: SyncEngine;
  readonly #onChange: () => void;
  readonly #status = make('span', { class: 'status-words' });
  readonly #dot = make('span', { class: 'dot' });
  readonly #skew = make('span', { class: 'skew' });
  readonly #online: HTMLButtonElement;
  readonly #words = make('p', { role: 'status' });
  readonly #notice: HTMLElement;

  /** `onChange`: what it shows may be something else now. */
  constructor(sync: SyncEngine, onChange: () => void) {
    this.#sync = sync;
    this.#onChange = onChange;
    this.#online = make('button', { type: 'button', class: 'button', onclick: () => this.#toggle() });
    const dismiss = make('button', { type: 'button', class: 'link', onclick: () => this.tell('') }, 'Dismiss');
    this.#notice = make('div', { class: 'notice', hidden: true }, this.#words, dismiss);
    this.root = make(
      'header',
      { class: 'toolbar' },
      make('p', { class: 'status' }, this.#dot, this.#status, this.#skew),
      make(
        'div',
        { class: 'actions', role: 'group', 'aria-label': 'Sync' },
        this.#action('Push', 'Sent.', () => sync.push()),
        this.#action('Pull', 'Fetched.', () => sync.pull()),
        this.#action('Plan', '', async () => this.tell(planText(await sync.plan()))),
        this.#online,
      ),
      this.#notice,
    );
  }

  show({ status, reason, skewMs, isOnline, isOver, progress, stats }: SyncSight): void {
    const under = progress !== null && progress.total > 0 ? ` ${progress.done} of ${progress.total}` : '';
    const next = stats?.nextTryAt ? `, next try at ${timeText(stats.nextTryAt.getTime())}` : '';
    const why = reason === null ? under : ` (${reason})`;
    say(this.#status, isOver ? 'Unloaded' : words[status] + why + next);
    setAll(this.#dot, { 'data-status': isOver ? 'offline' : status });
    say(this.#skew, skewMs === null ? '' : `clock ${skewText(skewMs)}`);
    setAll(this.#skew, {
      title: skewMs === null ? null : "How far the cloud's clock is ahead of this device's",
      'data-far': skewMs !== null && Math.abs(skewMs) > noticedSkewMs,
    });
    say(this.#online, isOnline ? 'Go offline' : 'Go online');
  }

  /** Says something until it is dismissed; nothing: takes it away. */
  tell(text: string, isFault = false): void {
    say(this.#words, text);
    setAll(this.#notice, { hidden: text === '', 'data-fault': isFault });
  }

  #action(name: string, done: string, work: () => Promise<void>): HTMLButtonElement {
    const button = make('button', { type: 'button', class: 'button' }, name);
    button.addEventListener('click', async () => {
      if (button.ariaBusy === 'true') return;
      button.ariaBusy = 'true';
      try {
        await work();
        if (done !== '') this.tell(done);
      } catch (error) {
        this.#fail(error);
      }
      button.ariaBusy = 'false';
    });
    return button;
  }

  #toggle(): void {
    try {
      if (this.#sync.isOnline()) this.#sync.goOffline();
      else this.#sync.goOnline();
    } catch (error) {
      this.#fail(error);
    }
    this.#onChange();
  }

  #fail(error: unknown): void {
    this.tell(error instanceof Error ? error.message : String(error), true);
  }
}

function planText({ push, pull, requests, bytes }: SyncPlan): string {
  const sent = push.created + push.updated + push.deleted;
  const fetched = pull.keys + pull.changes;
  if (sent + fetched === 0) return 'A sync would find nothing to do.';
  const send =
    sent === 0 ? 'send nothing' : `send ${push.created} new, ${push.updated} changed, ${push.deleted} deleted`;
  const fetch =
    fetched === 0 ? 'fetch nothing' : `fetch ${many(pull.changes, 'change')} and ${many(pull.keys, 'whole key')}`;
  return `A sync would ${send}, and ${fetch}: about ${many(requests, 'request')}, ${bytesText(bytes)}.`;
}
