/**
 * What the caller does next decides the code:
 *
 * | code               | next step                                                               |
 * | ------------------ | ----------------------------------------------------------------------- |
 * | `invalid-entity`   | mend the value at the path that the message names                       |
 * | `invalid-name`     | choose another entity name, id, key or file name                        |
 * | `too-large`        | split the record, or keep the large part elsewhere                      |
 * | `validation`       | show the issues to the person who typed them (`issues`)                 |
 * | `not-loaded`       | call `DataOrchestrator.load` first                                      |
 * | `closed`           | load again; this object was unloaded                                    |
 * | `unavailable`      | try again later; nothing was lost                                       |
 * | `quota-exceeded`   | free space, then try again; nothing was lost                            |
 * | `corrupt`          | look at the event: the bytes were set aside, other data is not affected |
 * | `upgrade-needed`   | update the app: this data was written by a newer version                |
 * | `locked`           | close the other process that holds this folder                          |
 * | `unsynced`         | flush, or say `discardUnsynced: true`                                   |
 * | `auth-needed`      | sign in again, or give credentials that may do this                     |
 * | `cloud-unreadable` | look at the cloud: it is empty, rolled back, or not what it was         |
 * | `unsuitable-store` | use a store with compare-and-swap                                       |
 * | `confirm-needed`   | look at `sync.plan()`; `sync.forceSync()` says yes                      |
 * | `duplicate-package`| let the bundler keep one copy of tiersync                               |
 */
export type TierSyncErrorCode =
  | 'invalid-entity'
  | 'invalid-name'
  | 'too-large'
  | 'validation'
  | 'not-loaded'
  | 'closed'
  | 'unavailable'
  | 'quota-exceeded'
  | 'corrupt'
  | 'upgrade-needed'
  | 'locked'
  | 'unsynced'
  | 'auth-needed'
  | 'cloud-unreadable'
  | 'unsuitable-store'
  | 'confirm-needed'
  | 'duplicate-package';
