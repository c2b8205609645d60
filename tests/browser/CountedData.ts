import { Observable } from 'rxjs';
import { DataOrchestrator, silentLogger } from 'tiersync';

export interface Task {
  title: string;
  done?: boolean;
}

export type TaskData = DataOrchestrator<{ Task: Task }>;

export const openData = (): Promise<TaskData> =>
  DataOrchestrator.create({ prefix: `app${crypto.randomUUID()}`, logger: silentLogger }) as Promise<TaskData>;

/** A stream that counts who watches it. */
export function counted<T>(source: Observable<T>): { readonly stream: Observable<T>; readonly open: () => number } {
  let open = 0;
  const stream = new Observable<T>((subscriber) => {
    open++;
    subscriber.add(source.subscribe(subscriber));
    return () => open--;
  });
  return { stream, open: () => open };
}
