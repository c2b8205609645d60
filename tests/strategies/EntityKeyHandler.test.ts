import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EntityKeyHandler } from '../../src/EntityKeyHandler.ts';
import { TierSyncError } from '../../src/errors.ts';
import type { IEntityKeyStrategy } from '../../src/interfaces/IEntityKeyStrategy.ts';
import { checkedIds } from '../../src/util/checkedIds.ts';
import { checkedStrategy, checkStrategy } from '../../src/util/checkedStrategy.ts';
import { checkEntityName } from '../../src/util/checkName.ts';
import { formatId, logicalKeyOf, parseId } from '../../src/util/entityId.ts';

type Answers = Partial<Omit<IEntityKeyStrategy, 'getKey' | 'entityKeyFilter'>> & { key?: unknown; keys?: unknown };

function handler(answers: Answers = {}, prefix = 'app') {
  const { key, keys, ...layout } = { key: 'Task.2026', keys: [], separator: '.', identifierLength: 8, ...answers };
  const strategy = { ...layout, getKey: () => key, entityKeyFilter: () => keys };
  return new EntityKeyHandler({
    prefix,
    strategy: checkedStrategy(strategy as IEntityKeyStrategy),
    createId: (size) => 'x'.repeat(size),
  });
}

const good: IEntityKeyStrategy = { separator: '.', identifierLength: 8, getKey: () => 'k', entityKeyFilter: () => [] };

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((s) => !/[\p{Cc}\p{Cs}]/u.test(s));
const separators = fc.constantFrom('.', '/', '::', '·', '.:.');
const nonNames = ['', 'a\u0000b', 'a\nb', '\u0085', '\ud800', 'b\udc00'];

describe('EntityKeyHandler', () => {
  it('[EK1] a new id is the logical key, the separator and the random part', () => {
    expect(handler().generateId('Task', {})).toBe('Task.2026.xxxxxxxx');
    expect(handler({ separator: '::', identifierLength: 3, key: 'a::b' }).generateId('Task', {})).toBe('a::b::xxx');
  });

  it('[EK1] the strategy sees the name and the entity, and nothing else decides', () => {
    const strategy = {
      separator: '.',
      identifierLength: 2,
      getKey: (name: string, entity: { at: string }) => `${name}.${entity.at}`,
      entityKeyFilter: () => [],
    };
    const keys = new EntityKeyHandler({ prefix: 'p', strategy, createId: () => 'id' });
    expect(keys.generateId('Task', { at: 'x' })).toBe('Task.x.id');
    expect(keys.generateId('Note', { at: 'y' })).toBe('Note.y.id');
  });

  it.each([...nonNames, '.a', 'a.', '$meta', 'ü'.repeat(65), null, undefined, 7, Promise.resolve('a')])(
    '[EK2] an answer of getKey that cannot be a key is a TypeError that names the method: %j',
    (key) => {
      const act = () => handler({ key }).generateId('Task', {});
      expect(act).toThrow(TypeError);
      expect(act).toThrow(/strategy\.getKey must return/);
    },
  );

  it('[EK2] a createId that returns nothing, or the separator, is a TypeError', () => {
    const strategy = { separator: '.', identifierLength: 2, getKey: () => 'k', entityKeyFilter: () => [] };
    for (const identifier of ['', 'a.b']) {
      const keys = new EntityKeyHandler({ prefix: 'p', strategy, createId: checkedIds(() => identifier) });
      expect(() => keys.generateId('Task', {})).toThrow(/environment\.createId/);
    }
  });

  it('[EK3] the key of an id is all but its last part, behind the prefix', () => {
    const keys = handler();
    for (let round = 0; round < 2; round++) {
      expect(keys.keyOf('Task.2026.abc')).toBe('app.Task.2026');
      expect(keys.keyOf('Task.2026.def')).toBe('app.Task.2026');
      expect(keys.keyOf('Task.2025.abc')).toBe('app.Task.2025');
      expect(keys.keyOf('a..b')).toBe('app.a.');
    }
  });

  it('[EK3] an id without a separator belongs to global', () => {
    expect(handler().keyOf('abc')).toBe('app.global');
    expect(handler().keyOf('global.abc')).toBe('app.global');
    expect(handler({ separator: '/' }, 'my.app').keyOf('a.b')).toBe('my.app/global');
  });

  it('[EK3] property: asked in any order and any number of times, an id has one key, that of its parts', () => {
    fc.assert(
      fc.property(
        separators,
        fc.array(fc.array(text, { minLength: 1, maxLength: 4 }), { maxLength: 30 }),
        (separator, ids) => {
          const keys = handler({ separator });
          for (const id of [...ids, ...ids].map((parts) => parts.join(separator))) {
            expect(keys.keyOf(id)).toBe(keys.entityKey(parseId(id, keys.separator).logicalKey));
          }
        },
      ),
    );
  });

  it('[EK3] the cache of keys is bounded and forgets nothing that matters', () => {
    const keys = handler();
    for (let i = 0; i < 25_000; i++) keys.keyOf(`k${i}.x`);
    expect(keys.keyOf('k1.x')).toBe('app.k1');
  });

  it('[EK4] property: format is the inverse of parse for every valid id', () => {
    fc.assert(
      fc.property(separators, fc.array(text, { minLength: 1, maxLength: 4 }), (separator, parts) => {
        const keys = handler({ separator });
        const id = parts.join(separator);
        fc.pre(isValid(() => keys.checkId(id)));
        expect(formatId(parseId(id, keys.separator), separator)).toBe(id);
      }),
    );
  });

  it('[EK4] property: parse is the inverse of format for every pair that format takes', () => {
    fc.assert(
      fc.property(separators, text, text, (separator, logicalKey, identifier) => {
        const parts = { logicalKey, identifier, isBare: false };
        fc.pre(isValid(() => formatId(parts, separator)));
        expect(parseId(formatId(parts, separator), separator)).toEqual(parts);
      }),
    );
  });

  it('[EK4] a bare id and one in global are told apart, and parts that fit no id are a TypeError', () => {
    const keys = handler();
    expect(parseId('abc', keys.separator)).toEqual({ logicalKey: 'global', identifier: 'abc', isBare: true });
    expect(parseId('global.abc', keys.separator)).toEqual({ logicalKey: 'global', identifier: 'abc', isBare: false });
    expect(() => formatId({ logicalKey: 'a', identifier: 'b.c', isBare: false }, '.')).toThrow(TypeError);
    expect(() => formatId({ logicalKey: 'a', identifier: 'b', isBare: true }, '.')).toThrow(TypeError);
    expect(() => formatId({ logicalKey: 'global', identifier: 'b.c', isBare: true }, '.')).toThrow(TypeError);
  });

  it('[EK5] property: logicalKey is the inverse of entityKey', () => {
    fc.assert(
      fc.property(separators, text, text, (separator, prefix, logicalKey) => {
        fc.pre(!prefix.includes(separator));
        const keys = handler({ separator }, prefix);
        expect(logicalKeyOf(keys.entityKey(logicalKey), prefix + separator)).toBe(logicalKey);
      }),
    );
  });

  it('[EK5] a key of another prefix is a TypeError', () => {
    expect(() => logicalKeyOf('other.Task', 'app.')).toThrow(/begins with "app\."/);
  });

  it('[EK6] the keys of a query come from the strategy, each once', () => {
    const keys = handler({ keys: ['app.b', 'app.a', 'app.b'] });
    expect(keys.keysFor('Task', { years: [2026] })).toEqual(['app.b', 'app.a']);
  });

  it('[EK6] prefix, name and filters are handed to the strategy', () => {
    const seen: unknown[] = [];
    const strategy = {
      separator: '.',
      identifierLength: 8,
      getKey: () => 'k',
      entityKeyFilter: (...args: unknown[]) => {
        seen.push(...args);
        return [];
      },
    };
    new EntityKeyHandler({ prefix: 'app', strategy, createId: () => 'x' }).keysFor('Task', { years: [1] });
    expect(seen).toEqual(['app', 'Task', { years: [1] }]);
  });

  it.each([[['Task.2026']], [['app.']], [['app.$meta']], [[7]], ['app.x'], [undefined]])(
    '[EK6] keys without the prefix, reserved keys or no array are a TypeError that says so: %j',
    (keys) => {
      const act = () => handler({ keys }).keysFor('Task', {});
      expect(act).toThrow(TypeError);
      expect(act).toThrow(/strategy\.entityKeyFilter must return/);
    },
  );

  it.each(['Task', 'my.Task', 'Größe', 'a'.repeat(128), 'Deleted', '日本語'])(
    '[EK7] an entity name of 1 to 128 bytes is fine: %s',
    (name) => {
      expect(() => checkEntityName(name)).not.toThrow();
    },
  );

  it.each([
    ...nonNames,
    'deleted',
    '$',
    '$x',
    'a'.repeat(129),
    'ü'.repeat(65),
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
  ])('[EK7] an entity name that cannot be kept is refused: %j', (name) => {
    expect(codeOf(() => checkEntityName(name))).toBe('invalid-name');
  });

  it('[EK7] the error says why a field of every object is no name', () => {
    expect(() => checkEntityName('toString')).toThrow(/stores keep names as fields of objects/);
  });

  it.each(['a', 'a.b', '$a', 'a..b', 'constructor', 'ü'.repeat(256), '..a'])(
    '[EK8] an id of 1 to 512 bytes is fine: %s',
    (id) => {
      expect(() => handler().checkId(id)).not.toThrow();
    },
  );

  it.each([...nonNames, '.a', 'a.', '.', '$a.b', '__proto__', 'a'.repeat(513), 'ü'.repeat(257)])(
    '[EK8] an id that cannot be kept is refused: %j',
    (id) => {
      expect(codeOf(() => handler().checkId(id))).toBe('invalid-name');
    },
  );

  it('[EK8] a name or an id that is no text is misuse', () => {
    for (const value of [undefined, null, 7, {}, ['a']]) {
      expect(() => handler().checkId(value as string)).toThrow(TypeError);
      expect(() => checkEntityName(value as string)).toThrow(TypeError);
    }
  });

  it('[EK8] property: every id that is generated is valid', () => {
    fc.assert(
      fc.property(separators, text, fc.integer({ min: 1, max: 64 }), (separator, key, identifierLength) => {
        const keys = handler({ separator, key, identifierLength });
        let id: string;
        try {
          id = keys.generateId('Task', {});
        } catch {
          return;
        }
        keys.checkId(id);
        expect(keys.keyOf(id)).toBe(`app${separator}${key}`);
      }),
    );
  });

  it.each([...nonNames, 'a'.repeat(129), 7, undefined])(
    '[EK9] a prefix that cannot be one is a TypeError: %j',
    (prefix) => {
      const act = () => new EntityKeyHandler({ prefix: prefix as string, strategy: good, createId: () => 'x' });
      expect(act).toThrow(TypeError);
      expect(act).toThrow(/prefix such as 'app'/);
    },
  );

  it.each(['', 'a', 'A.', '-', '_', '.9', '$', '%', '\n', '.'.repeat(9), 7])(
    '[EK9] a separator that is empty or shares characters with random parts is a TypeError: %j',
    (separator) => {
      expect(() => checkStrategy({ ...good, separator: separator as string })).toThrow(/separator such as '\.'/);
    },
  );

  it.each([0, -1, 1.5, 65, Number.NaN, '8'])(
    '[EK9] an identifierLength outside 1 to 64 is a TypeError: %j',
    (length) => {
      expect(() => checkStrategy({ ...good, identifierLength: length as number })).toThrow(
        /identifierLength from 1 to 64/,
      );
    },
  );

  it('[EK9] something that is no strategy is a TypeError that names some', () => {
    for (const strategy of [undefined, {}, { separator: '.', identifierLength: 8, getKey: () => 'k' }]) {
      expect(() => checkStrategy(strategy as never)).toThrow(/EntityKeyGlobalStrategy/);
    }
  });
});

function isValid(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

function codeOf(act: () => void): string | undefined {
  try {
    act();
  } catch (error) {
    return error instanceof TierSyncError ? error.code : String(error);
  }
  return undefined;
}
