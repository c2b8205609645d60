import type { EntityKeyData } from '../interfaces/EntityKeyData.ts';

/** A blob as the engine writes it, with all that JSON can hold. */
export function sampleBlob(): EntityKeyData {
  return {
    $: { format: 1, note: { nested: [1, 2, 3] } },
    deleted: { User: { 'global.gone': '2026-01-02T03:04:05.678Z' }, Empty: {} },
    User: {
      'global.anna': {
        id: 'global.anna',
        createdAt: '2026-01-01T00:00:00.000Z',
        updatedAt: '2026-01-02T00:00:00.000Z',
        version: 3,
        name: 'Anna Ångström 🙂 \u0000 \ud800 e\u0301 "quoted" \\ \u2028',
        '': 'a field without a name',
        nothing: null,
        yes: true,
        no: false,
        numbers: [0, 0.1, -1.5e-7, 9007199254740991, 1e300],
        address: { lines: ['1', '', null, { deep: { deeper: {} } }], tags: [[], [[]]] },
        when: { $date: '2026-01-01T00:00:00.000Z' },
      },
    },
    // As JSON.parse makes it: an own field of that name.
    ...(JSON.parse('{"Odd":{"__proto__":{"id":"__proto__","polluted":true}}}') as EntityKeyData),
  };
}

export function numberedBlob(number: number, records = 1): EntityKeyData {
  const at = '2026-01-01T00:00:00.000Z';
  const ids = Array.from({ length: records }, (_, index) => `global.${number}-${index}`);
  const record = (id: string) => [id, { id, createdAt: at, updatedAt: at, version: number, title: `Record ${id}` }];
  return { Task: Object.fromEntries(ids.map(record)) };
}
