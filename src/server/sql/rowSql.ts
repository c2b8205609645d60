import { activeRecord, tombstone } from '../../blob/records.ts';
import type { SqlRow } from '../database/SyncDatabase.ts';
import type { NameSums, SyncRow, TenantHead } from '../SyncStore.ts';

/** Whole numbers come as floating ones, which every client reads as numbers; none of ours has more than 53 bits. */
export const rowColumns: string = `name, id, entity_key, seq::float8, stamp::float8, value, device, created_by, updated_by,
  deleted_by, received_at::float8, expires_at::float8`;

/** Of those in their order as many as there is room for, and one more. */
export const withinSql = (from: string, order: string, rows: string, bytes: string): string => `(
  select *, sum(octet_length(value)) over (order by ${order} rows between unbounded preceding and 1 preceding) as before
  from (select * from ${from} order by ${order} limit ${rows}::bigint + 1) given
) record where coalesce(before, 0) <= ${bytes}::bigint`;

/** One by itself, which is planned in less time than a list. */
export const findOneSql: string = `select ${rowColumns} from tiersync.record where tenant = $1 and name = $2 and id = $3`;

/** Each by its place in the index, whatever the database thinks of how many there are. */
export const findSql: string = `select ${rowColumns}, n::float8 from (
  select record.*, n, sum(octet_length(value)) over (order by n rows between unbounded preceding and 1 preceding) as before
  from jsonb_array_elements($2::text::jsonb) with ordinality as asked(pair, n) cross join lateral (
    select * from tiersync.record where tenant = $1 and name = pair->>0 and id = pair->>1 offset 0
  ) record
) record where coalesce(before, 0) <= $3::bigint order by record.n`;

export function rowOf(row: SqlRow): SyncRow {
  const { name, id, value, stamp } = row as { name: string; id: string; value: string | null; stamp: number };
  return {
    entityKey: row['entity_key'] as string,
    record:
      value === null
        ? tombstone(name, id, new Date(stamp).toISOString())
        : activeRecord(name, id, JSON.parse(value), value),
    seq: row['seq'] as number,
    device: row['device'] as string | null,
    createdBy: row['created_by'] as string | null,
    updatedBy: row['updated_by'] as string | null,
    deletedBy: row['deleted_by'] as string | null,
    receivedAt: row['received_at'] as number,
    expiresAt: row['expires_at'] as number | null,
  };
}

const columns = [
  ...['seq', 'name', 'id', 'entity_key', 'stamp', 'version', 'hash', 'value', 'device'],
  ...['created_by', 'updated_by', 'deleted_by', 'received_at', 'expires_at'],
];
const others = columns.filter((column) => column !== 'name' && column !== 'id');
const counted = 'counted as (update tiersync.tenant set seq = $2::bigint where tenant = $1)';
const into = `insert into tiersync.record (tenant, ${columns.join(', ')})`;
const inPlace = `on conflict (tenant, name, id) do update set (${others.join(', ')}) =
  (${others.map((column) => `excluded.${column}`).join(', ')})`;

/** All rows as one list, in one statement: those of a hundred changes take hardly longer than one. The last commit is $2. */
export const putSql: string = `with given as (
  select * from jsonb_to_recordset($3::text::jsonb) as given(
    seq bigint, name text, id text, entity_key text, stamp bigint, version bigint, hash bigint, value text, device text,
    created_by text, updated_by text, deleted_by text, received_at bigint, expires_at bigint)
), ${counted}
${into} select $1, ${columns.join(', ')} from given ${inPlace}`;

/** One by itself, which is planned in less time than a list. */
export const putOneSql: string = `with ${counted}
${into} values ($1, ${columns.map((_, n) => `$${n + 2}`).join(', ')}) ${inPlace}`;

export const valuesOf = (row: SqlRow): readonly unknown[] => columns.map((column) => row[column]);

export const sqlOfRow = ({ entityKey, record, ...row }: SyncRow): SqlRow => ({
  seq: row.seq,
  name: record.entityName,
  id: record.id,
  entity_key: entityKey,
  stamp: record.stamp,
  version: record.version,
  hash: record.hash,
  value: record.value === null ? null : record.text,
  device: row.device,
  created_by: row.createdBy,
  updated_by: row.updatedBy,
  deleted_by: row.deletedBy,
  received_at: row.receivedAt,
  expires_at: row.expiresAt,
});

export const headColumns: string =
  'lineage, seq::float8, horizon_seq::float8, horizon_stamp::float8, permissions::float8';

export const headOf = (row: SqlRow): TenantHead => ({
  lineage: row['lineage'] as string,
  seq: row['seq'] as number,
  horizon: { seq: row['horizon_seq'] as number, stamp: row['horizon_stamp'] as number },
  permissions: row['permissions'] as number,
});

/** A hash is two lanes of 26 bits that are summed apart; see `blob/hash.ts`. */
const lanes = 2 ** 26;
const hashSum = (condition: string): string => `(
  coalesce(sum(hash / ${lanes}) filter (where ${condition}), 0) % ${lanes} * ${lanes} +
  coalesce(sum(hash % ${lanes}) filter (where ${condition}), 0) % ${lanes})::float8`;

export const sumColumns: string = `entity_key, name,
  ${hashSum('value is not null')} as hash, ${hashSum('value is null')} as deleted_hash,
  (count(*) filter (where value is not null))::float8 as count,
  (count(*) filter (where value is null))::float8 as deleted_count, max(stamp)::float8 as stamp`;

export const sumOf = (row: SqlRow): NameSums => ({
  entityKey: row['entity_key'] as string,
  name: row['name'] as string,
  hash: row['hash'] as number,
  deletedHash: row['deleted_hash'] as number,
  count: row['count'] as number,
  deletedCount: row['deleted_count'] as number,
  stamp: row['stamp'] as number,
});
