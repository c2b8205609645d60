export { type BucketCapabilities, type BucketContractOptions, bucketContract } from './bucketContract.ts';
export type { TestFunction } from './check.ts';
export { type KeyStrategyContractOptions, keyStrategyContract, type StrategySample } from './keyStrategyContract.ts';
export { oddNames } from './oddNames.ts';
export {
  type PersistenceCapabilities,
  type PersistenceContractOptions,
  persistenceContract,
} from './persistenceContract.ts';
export type { Factory } from './Stage.ts';
export { type StoreCapabilities, type StoreContractOptions, storeContract } from './storeContract.ts';
