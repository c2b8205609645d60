import type { Observable } from 'rxjs';
import { expectSound, type Instance, type LoadOptions, type Row, type Subject } from '../Subject.ts';
import { TextPersistence } from '../TextPersistence.ts';
import { World } from '../World.ts';

export interface Session {
  readonly world: World;
  readonly local: TextPersistence;
  readonly data: Instance;
}

/** One device: a clock, a local tier that outlives restarts, and the library loaded on it. */
export async function start(subject: Subject, options: Partial<LoadOptions> = {}): Promise<Session> {
  const world = options.world ?? new World();
  const local = (options.local as TextPersistence | undefined) ?? new TextPersistence();
  return { world, local, data: await subject.load({ ...options, world, local }) };
}

/** Ends the session and starts the next one on the same device. */
export async function restart(
  subject: Subject,
  { world, local, data }: Session,
  options: Partial<LoadOptions> = {},
): Promise<Session> {
  await data.unload();
  return start(subject.restarted(), { ...options, world, local });
}

export async function expectTitle(data: Instance, id: string, title: string, defect: string): Promise<void> {
  const row: Row | null = await data.repo('Task').get(id);
  expectSound(row?.['title'] === title, `${defect} (found ${row === null ? 'nothing' : String(row['title'])})`);
}

/** Every value of an observable, as it came. */
export function record<T>(observable: Observable<T>): { values: T[]; completed: boolean; stop(): void } {
  const seen = { values: [] as T[], completed: false, stop: (): void => subscription.unsubscribe() };
  const subscription = observable.subscribe({
    next: (value) => void seen.values.push(value),
    complete: () => {
      seen.completed = true;
    },
  });
  return seen;
}
