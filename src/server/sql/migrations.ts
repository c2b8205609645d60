/** One step from an older layout to a newer one. Steps are only ever added. */
export interface Migration {
  readonly number: number;
  readonly statements: readonly string[];
}

const tenantOfSession = "tenant = current_setting('tiersync.tenant', true)";

/** Nobody sees a row, not even the owner of the table, without having said which tenant it is about. */
const secure = (table: string): readonly string[] => [
  `alter table ${table} enable row level security`,
  `alter table ${table} force row level security`,
  `create policy own on ${table} using (${tenantOfSession}) with check (${tenantOfSession})`,
];

export const migrations: readonly Migration[] = [
  {
    number: 1,
    statements: [
      `create table tiersync.tenant (
        tenant text collate "C" primary key,
        lineage text not null,
        seq bigint not null default 0,
        horizon_seq bigint not null default 0,
        horizon_stamp bigint not null default 0,
        permissions bigint not null default 0
      )`,
      // The canonical text of an entity, and not jsonb, which would write numbers its own way. Null: it was deleted.
      `create table tiersync.record (
        tenant text collate "C" not null,
        name text collate "C" not null,
        id text collate "C" not null,
        entity_key text collate "C" not null,
        seq bigint not null,
        stamp bigint not null,
        version bigint not null,
        hash bigint not null,
        value text,
        device text,
        created_by text,
        updated_by text,
        deleted_by text,
        received_at bigint not null,
        expires_at bigint,
        primary key (tenant, name, id)
      )`,
      'create index record_feed on tiersync.record (tenant, seq)',
      'create index record_place on tiersync.record (tenant, entity_key, name, id)',
      'create index record_expiry on tiersync.record (tenant, expires_at) where expires_at is not null',
      'create index record_deleted on tiersync.record (tenant, received_at) where value is null',
      `create table tiersync.permission (
        tenant text collate "C" not null,
        place text collate "C" not null,
        line text not null,
        primary key (tenant, place)
      )`,
      ...['tiersync.tenant', 'tiersync.record', 'tiersync.permission'].flatMap(secure),
      // Housekeeping asks which tenants there are and where they stand; of their rows it sees as little as anybody.
      `create policy list on tiersync.tenant for select
        using (current_setting('tiersync.housekeeping', true) = 'on')`,
    ],
  },
];
