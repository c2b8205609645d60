// What stands where in docs/reference. Whatever else an entry exports follows at the end of its first page.

/** A section of names of `tiersync`. */
const main = (title, ...names) => ({ title, entry: 'tiersync', names });
/** A section of some names of another entry. */
const of =
  (entry) =>
  (title, ...names) => ({ title, entry, names });
/** All of a small entry. */
const all = (entry) => ({ title: `\`${entry}\``, entry, names: [] });
const client = of('tiersync/client');
const server = of('tiersync/server');
const testing = of('tiersync/testing');
const maintenance = of('tiersync/maintenance');

export const pages = [
  {
    file: 'orchestrator',
    title: 'Loading data',
    text: 'From `tiersync`. Begin with [the quick start](../guides/quick-start.md).',
    sections: [
      main('The orchestrator', 'DataOrchestrator', 'OrchestratorOptions', 'EntitySettings', 'Intervals'),
      main('Flushing and closing', 'FlushOptions', 'UnloadOptions'),
      main('What entities there are', 'Register', 'Registered', 'EntitiesOf'),
      main('Schemas', 'StandardSchema', 'SchemaResult', 'SchemaIssue', 'SchemaOutput'),
      main('Events', 'DataEvent', 'ChangeSource', 'EntityChange', 'TierProblem'),
      main('Room on the device', 'Quota', 'RetentionPriority', 'StorageReport', 'StorageUse', 'DeviceStorage'),
      main('What stands where', 'Inspection', 'InspectedKeys', 'InspectedKey', 'TierName'),
      main('The world outside', 'Environment', 'Basics', 'Tabs', 'TabChannel', 'Release'),
      main('Logging', 'ILogger', 'LogLevel', 'Logger', 'LoggerOptions', 'LogEntry', 'ILogSink', 'ConsoleLogSink'),
      main('Silence', 'silentLogger'),
    ],
  },
  {
    file: 'repository',
    title: 'Repositories and queries',
    text: "From `tiersync`. A repository holds the entities of one name: `data.repo<Task>('Task')`.",
    sections: [
      main('The repository', 'DataRepository', 'CollectionListener', 'CollectionChanges', 'EntitySyncState'),
      main('Entities', 'Draft', 'Stored', 'Patch', 'Lasting', 'EntityFields', 'Entity', 'AnyEntity'),
      main('Queries', 'QueryOptions', 'Where', 'FieldCondition', 'SortField'),
    ],
  },
  {
    file: 'sync',
    title: 'Syncing',
    text: 'From `tiersync`. What `data.sync` is, and what it tells: [offline, and how to show it](../guides/offline.md).',
    sections: [
      main('The engine', 'SyncEngine', 'SyncOptions', 'SyncDirection', 'SyncScope', 'BucketSettings'),
      main('How it stands', 'SyncStatus', 'SyncReason', 'SyncStats', 'SyncProgress', 'SyncPlan', 'SyncTelemetry'),
      main('What waits', 'PendingChange', 'RejectedChange', 'Refusal'),
      main('Conflicts', 'Conflict', 'ConflictStrategy', 'IConflictResolver', 'ConflictSides'),
      main('Resolvers', 'LastWriteWinsResolver', 'MergeResolver', 'ServerWinsResolver', 'ClientWinsResolver'),
      main('Differences', 'diffCalculator', 'IDiffCalculator', 'Difference', 'ValuePath'),
      main('The outbox as a queue', 'IOfflineQueue', 'ISyncOperation', 'SyncOperationType'),
      main('A sync service', 'ISyncService', 'IRealTimeSync', 'ISyncEntity'),
    ],
  },
  {
    file: 'key-strategies',
    title: 'Key strategies',
    text: 'From `tiersync`. Which one to take: [the guide](../guides/key-strategies.md).',
    sections: [
      main('The contract', 'IEntityKeyStrategy', 'KeyStrategyOptions'),
      main('One key', 'EntityKeyGlobalStrategy'),
      main('By a field', 'EntityKeyFieldStrategy', 'FieldStrategyFilter', 'KeyFieldValue'),
      main('By time', 'EntityKeyCalendarStrategy', 'CalendarStrategyOptions', 'CalendarStrategyFilter', 'CalendarUnit'),
      main('By time, your own way', 'EntityKeyDateStrategy', 'DateStrategyOptions'),
      main('Evenly', 'EntityKeyHashStrategy', 'HashStrategyOptions', 'HashStrategyFilter'),
    ],
  },
  {
    file: 'adapters',
    title: 'Adapters',
    text: 'Where data stands. How to write one: [the guide](../guides/adapters.md).',
    sections: [
      main('A persistence: blobs by key', 'IPersistence'),
      main('A bucket: named bytes', 'IBucket', 'BucketObject', 'BucketEntry', 'PutCondition'),
      main('A store: entities in memory', 'IStore'),
      main('In memory', 'MemoryStore', 'MemoryBucket'),
      all('tiersync/adapters/indexeddb'),
      all('tiersync/adapters/localforage'),
      all('tiersync/adapters/file'),
      all('tiersync/adapters/sqlite'),
      all('tiersync/adapters/postgres'),
      all('tiersync/adapters/s3-fetch'),
      all('tiersync/adapters/s3'),
      all('tiersync/adapters/encrypted'),
      all('tiersync/adapters/compressed'),
      all('tiersync/adapters/retrying'),
      main('What blobs are made of', 'EntityKeyData', 'StoredEntity', 'JsonValue', 'BlobHeader'),
      main('Blobs in part', 'BlobPath', 'BlobChange', 'BlobPatch'),
    ],
  },
  {
    file: 'tiers',
    title: 'Tiers',
    text: 'From `tiersync`. What the sync engine works with: for a cloud that is neither a bucket, a server nor a backend.',
    sections: [
      main('Any tier', 'ITier', 'Change', 'ApplyResult', 'StoredRecord'),
      main('The index', 'Metadata', 'KeySummary', 'NameSummary'),
      main('A tier that devices share', 'ISharedTier', 'Look', 'LookOptions', 'Cursor', 'Horizon', 'SentChange'),
      main('Its commits', 'Committed', 'Meter'),
      main('From one tier to another', 'syncTiers', 'SyncTiersOptions', 'SyncTiersResult'),
    ],
  },
  {
    file: 'errors',
    title: 'Errors',
    text:
      'From `tiersync`. What an app may have to do something about is a `TierSyncError` with a code. Misuse is a ' +
      '`TypeError` that says what to write instead. What is missing is `null`.',
    sections: [main('The one error', 'TierSyncError', 'TierSyncErrorCode', 'TierSyncErrorDetails')],
  },
  {
    file: 'client',
    title: 'Clouds: a server, a backend',
    text:
      'From `tiersync/client`. Guides: [a server that devices share](../guides/server-client.md), ' +
      '[a backend of your own](../guides/backend.md).',
    sections: [
      client('A tiersync server', 'createSyncEngine', 'SyncConfig', 'createServerTier', 'ServerOptions', 'GivenToken'),
      client('A backend of your own', 'createBackendTier', 'BackendOptions', 'BackendChange', 'BackendRecord'),
      client('Its answers', 'Pulled', 'TooOld', 'Pushed', 'PushResult', 'BackendRefusal', 'BackendTime'),
      client('How it is asked', 'PullOptions', 'PushOptions'),
      client('One entity at a time', 'createSyncService'),
      client('Ways to a server', 'ServerTransport', 'ServerListener', 'Listening', 'directTransport'),
    ],
  },
  { file: 'react', title: 'React', text: 'Guide: [React](../guides/react.md).', sections: [all('tiersync/react')] },
  { file: 'vue', title: 'Vue', text: 'Guide: [Vue](../guides/vue.md).', sections: [all('tiersync/vue')] },
  {
    file: 'inspector',
    title: 'The inspector',
    text: 'Guide: [the inspector](../guides/inspector.md).',
    sections: [all('tiersync/inspector')],
  },
  {
    file: 'server',
    title: 'The server',
    text: 'From `tiersync/server`. Guide: [a server that devices share](../guides/server.md).',
    sections: [
      server('Making one', 'createSyncServer', 'ServerOptions', 'SyncServer', 'ListenOptions', 'Listening'),
      server('Who somebody is', 'AuthOptions', 'JwtOptions', 'Authenticate', 'Authenticated', 'Principal'),
      server('Who may do what', 'Permissions', 'Permission', 'PermissionAction'),
      server('Your own code', 'Repositories', 'RepositoryScope', 'ServerRepository', 'ServerRepositoryOptions'),
      server('Your own tables', 'DocumentSource', 'SourceFeed', 'SourceFeedOptions'),
      server('Sockets', 'SocketHandler', 'SocketHandlerOptions', 'Subscriber', 'SubscriptionListeners'),
      main('Documents and events', 'SyncDocument', 'SyncEvent'),
      server('Their types', 'SyncEventType', 'DeletionRecord'),
      server('Limits', 'ServerLimits', 'defaultServerLimits'),
      server('Where rows are kept', 'StoreOptions', 'SqlSyncStore', 'MemorySyncStore', 'SyncStore'),
      server(
        'Databases',
        'postgresDatabase',
        'PostgresDatabaseOptions',
        'pgliteDatabase',
        'PgliteDatabaseOptions',
        'SyncDatabase',
      ),
    ],
  },
  {
    file: 'maintenance',
    title: 'Maintenance',
    text: 'From `tiersync/maintenance`. Guide: [when data is broken](../guides/maintenance.md).',
    sections: [
      maintenance('Places', 'TierPlace', 'LocalPlace', 'CloudPlace', 'LongWork', 'Progress'),
      maintenance('Looking', 'verify', 'VerifyOptions', 'VerifyReport', 'VerifiedKey', 'Fault', 'FaultCode'),
      maintenance('Mending', 'repair', 'RepairOptions', 'RepairReport'),
      maintenance('The past of a bucket', 'history', 'restore', 'RestorePoint', 'Restored', 'gc', 'Garbage'),
      maintenance('Out and in', 'exportTo', 'exportLines', 'ExportOptions', 'importFrom', 'ImportOptions'),
    ],
  },
  {
    file: 'testing',
    title: 'Testing',
    text: 'From `tiersync/testing`. Guide: [testing your app, and your adapters](../guides/testing.md).',
    sections: [
      testing('Contract suites', 'persistenceContract', 'PersistenceContractOptions', 'PersistenceCapabilities'),
      testing('Of buckets', 'bucketContract', 'BucketContractOptions', 'BucketCapabilities'),
      testing('Of stores', 'storeContract', 'StoreContractOptions', 'StoreCapabilities'),
      testing('Of key strategies', 'keyStrategyContract', 'KeyStrategyContractOptions', 'StrategySample'),
      testing('Of stores of a server', 'syncStoreContract', 'SyncStoreContractOptions'),
      testing('What all of them take', 'Factory', 'TestFunction', 'oddNames'),
      testing('The simulation', 'simulateSeeds', 'SeedsOptions', 'SeedsReport', 'simulate', 'SimulationOptions'),
      testing('What comes of it', 'Report', 'Violation', 'describeReport', 'shrink', 'ShrinkOptions', 'namedStates'),
    ],
  },
];
