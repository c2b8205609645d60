import { silentLogger } from 'tiersync';
import type { DataOrchestrator, EntityKeyFieldStrategy, Environment, IBucket, IPersistence } from 'tiersync';

/** The parts of the package that write and read the data set: what is built, or the sources. */
export interface Package {
  readonly DataOrchestrator: typeof DataOrchestrator;
  readonly EntityKeyFieldStrategy: typeof EntityKeyFieldStrategy;
}

const begin = Date.UTC(2026, 0, 1);

/** A world without chance, whose clock is set by hand. */
function world() {
  let time = begin;
  const environment: Environment = {
    now: () => time,
    random: () => 0.5,
    // Always the same, so that it does not matter how often the engine asks.
    createId: (size) => 'golden'.padEnd(size, '-'),
    setTimer: () => 0,
    clearTimer: () => {},
    onHidden: () => () => {},
    isOnline: () => true,
    onOnline: () => () => {},
  };
  const after = (ms: number): void => {
    time += ms;
  };
  return { environment, after };
}


export function openGolden({ DataOrchestrator, EntityKeyFieldStrategy }: Package, local: IBucket | IPersistence) {
  const { environment, after } = world();
  const strategy = new EntityKeyFieldStrategy('project', { identifierLength: 8 });
  const options = { prefix: 'app', local, environment, logger: silentLogger, strategy };
  return DataOrchestrator.create(options).then((data) => ({ data, after }));
}

export const goldenNames = ['Task', 'Note', 'Заметка 🙂', 'a.b/c'] as const;

/** Every kind of value, name and record that format 1 knows. Never change it: it is what the files were made of. */
export async function writeGolden(from: Package, local: IBucket | IPersistence): Promise<void> {
  const { data, after } = await openGolden(from, local);
  const [task, note, unicode, odd] = goldenNames.map((name) => data.repo<Record<string, unknown>>(name));
  task!.save({
    id: 'alpha.every-value',
    project: 'alpha',
    text: 'é e\u0301 🙂 "quoted" \\ \u0000 \u2028 \ud800 </script>',
    looksLikeADate: '2026-01-01T00:00:00.000Z',
    numbers: [0, 1, -1.5, 0.1, 1e21, 1e-7, 5e-324, 1.7976931348623157e308, 9007199254740993],
    oddNumbers: [-0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    bigints: [0n, -1n, 2n ** 70n],
    dates: [new Date(0), new Date(-1), new Date(8.64e15), new Date(-8.64e15)],
    bytes: [new Uint8Array(), Uint8Array.of(0), Uint8Array.of(255, 254, 253), Uint8Array.of(1, 2, 3, 4)],
    bytesOfField: Uint8Array.of(7, 8),
    flags: [true, false, null],
    nothing: null,
    empty: { list: [], object: {}, text: '', lists: [[[]]] },
    nested: { a: [{ b: { c: new Date(1) } }] },
  });
  after(1);
  task!.save({
    id: 'alpha.odd-fields',
    project: 'alpha',
    $date: 'not a tag',
    $$twice: { $bigint: 5, $: [{ $number: 'x' }], $$: 0 },
    '': 'no name',
    'a.b': 'dotted',
    constructor: 'c',
    hasOwnProperty: 'h',
    toJSON: 'j',
    'zurück 🙂': 'u',
    '10': 'ten',
    '9': 'nine',
  });
  after(1_000);
  task!.save({ project: 'alpha', title: 'with an id of its own making' });
  task!.save({ id: 'alpha.CASE', project: 'alpha', title: 'upper' });
  task!.save({ id: 'alpha.case', project: 'alpha', title: 'lower' });
  task!.save({ id: 'constructor', title: 'a bare id, kept under the global key' });
  task!.save({ id: 'alpha.created', project: 'alpha', createdAt: new Date(Date.UTC(1999, 11, 31)), title: 'old' });
  note!.save({ id: 'alpha.n', project: 'alpha', body: 'another name in the same key' });
  note!.save({ id: 'alpha.only-deleted', project: 'alpha' });
  unicode!.save({ id: 'beta.ключ', project: 'beta', текст: 'да' });
  odd!.save({ id: 'beta.x', project: 'beta' });
  after(86_400_000);
  await task!.update('alpha.CASE', { title: 'UPPER', more: 1 });
  await task!.update('alpha.CASE', { more: undefined });
  task!.save({ id: 'alpha.gone', project: 'alpha' });
  await data.flush();
  after(1);
  task!.delete('alpha.gone');
  note!.delete('alpha.only-deleted');
  unicode!.save({ id: 'beta.again', project: 'beta', n: 1 });
  unicode!.delete('beta.again');
  unicode!.save({ id: 'beta.again', project: 'beta', n: 2 });
  await data.unload();
}

/** A value told without the codec: every leaf is a text that begins with its type. */
export function told(value: unknown): unknown {
  if (value instanceof Date) return `Date ${value.getTime()}`;
  if (value instanceof Uint8Array) return `bytes ${[...value].join(' ')}`;
  if (Array.isArray(value)) return value.map(told);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, told(inner)]));
  }
  if (Object.is(value, -0)) return 'number -0';
  return value === null ? 'null' : `${typeof value} ${String(value)}`;
}

/** All that can be read of the data set, by name and id. */
export async function readGolden(from: Package, local: IBucket | IPersistence): Promise<unknown> {
  const { data } = await openGolden(from, local);
  const read: Record<string, unknown> = {};
  for (const name of goldenNames) {
    const entities = await data.repo<Record<string, unknown>>(name).getAll({ sort: [{ field: 'id' }] });
    read[name] = Object.fromEntries(entities.map((entity) => [entity.id, told(entity)]));
  }
  const gone = [
    ['Task', 'alpha.gone'],
    ['Note', 'alpha.only-deleted'],
  ] as const;
  for (const [name, id] of gone) if ((await data.repo(name).get(id)) !== null) throw new Error(`${id} came back`);
  await data.unload();
  return read;
}
