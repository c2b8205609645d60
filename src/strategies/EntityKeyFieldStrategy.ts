import type { IEntityKeyStrategy } from '../interfaces/IEntityKeyStrategy.ts';
import { checkFilters } from './checkFilters.ts';
import { acceptKey, decodeValue, encodeValue, fieldOf, type KeyFieldValue, unusableValue } from './keyText.ts';
import { checkFilterField, filterValues, type KeyStrategyOptions, layoutOf, unusableFilter } from './options.ts';

/** One value of the field or several; `null` stands for the entities without a value. */
export type FieldStrategyFilter<Field extends string> = {
  readonly [F in Field]?: KeyFieldValue | readonly KeyFieldValue[];
};

/**
 * One partition per value of a field, shared by all entity names: with `projectId`, a project's tasks and notes are
 * kept, loaded and synced together. Entities without the field are in `global`. A value that changes later leaves the
 * entity where it is until `move`.
 */
export class EntityKeyFieldStrategy<Field extends string> implements IEntityKeyStrategy<FieldStrategyFilter<Field>> {
  readonly separator: string;
  readonly identifierLength: number;
  readonly field: Field;

  constructor(field: Field, options: KeyStrategyOptions = {}) {
    const { separator, identifierLength } = layoutOf(options);
    checkFilterField('EntityKeyFieldStrategy', field);
    this.separator = separator;
    this.identifierLength = identifierLength;
    this.field = field;
  }

  getKey(_entityName: string, entity: object): string {
    const value = fieldOf(entity, this.field);
    const key = encodeValue(value, this.separator);
    if (key === undefined) throw unusableValue(this.field, value, 'a text, a number, a boolean or a Date');
    return acceptKey(key, this.separator, `the field ${this.field} (EntityKeyHashStrategy takes values of any length)`);
  }

  /** The value that the entities of a logical key share; `null` for those without one. */
  fieldValue(logicalKey: string): KeyFieldValue {
    return decodeValue(logicalKey);
  }

  entityKeyFilter(prefix: string, _entityName: string, options: FieldStrategyFilter<Field> = {}): string[] {
    checkFilters('EntityKeyFieldStrategy', options, [this.field]);
    const values = filterValues(options, this.field) ?? [null];
    return values.map((value) => {
      const key = value === undefined ? undefined : encodeValue(value, this.separator);
      if (key === undefined) throw unusableFilter(this.field, value);
      return prefix + this.separator + key;
    });
  }
}
