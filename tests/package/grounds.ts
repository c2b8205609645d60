/**
 * What some guides have said before a block begins, as declarations: their blocks show a part, and not the whole program
 * each time.
 */
const from = (module: string, ...names: readonly string[]): string =>
  names.map((name) => `declare const ${name}: typeof import('${module}').${name};`).join('\n');

export const grounds: { readonly [document: string]: string } = {
  backend: `
    ${from('tiersync', 'DataOrchestrator')}
    ${from('tiersync/client', 'createBackendTier')}
    declare const local: import('tiersync').IPersistence;
    declare const pull: import('tiersync/client').BackendOptions['pull'];
    declare const push: import('tiersync/client').BackendOptions['push'];`,
  bucket: `
    ${from('tiersync/adapters/s3-fetch', 'S3FetchBucket')}
    declare const bucket: import('tiersync').IBucket;
    declare const userId: string;
    declare const credentials: import('tiersync/adapters/s3-fetch').S3CredentialsOption;`,
  encryption: `
    declare const credentials: import('tiersync/adapters/s3-fetch').S3CredentialsOption;
    declare const passphrase: string;`,
  retention: `
    ${from('tiersync', 'DataOrchestrator', 'RetentionPriority')}
    ${from('tiersync/adapters/indexeddb', 'IndexedDbPersistence')}
    declare const cloud: import('tiersync').IBucket;
    declare const tasks: import('tiersync').DataRepository<{ title: string }>;
    declare const photos: import('tiersync').DataRepository<{ title: string }>;`,
  's3-stores': `
    ${from('tiersync', 'TierSyncError')}
    ${from('tiersync/adapters/s3-fetch', 'S3FetchBucket')}`,
  'quick-start': "declare const data: import('tiersync').DataOrchestrator;",
  'server-client': 'declare const session: { freshToken(): Promise<string> };',
  // The frameworks are met by `server/net/mounting.test.ts`.
  server: `
    declare const app: any;
    declare const serve: any;
    declare const sync: import('tiersync/server').SyncServer;`,
};
