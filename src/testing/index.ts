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
export type { Action, ActionType } from './simulation/actions.ts';
export { describeReport } from './simulation/describeReport.ts';
export type { FaultKind, FaultRates } from './simulation/fates.ts';
export type { DevicePlan, Plan } from './simulation/Plan.ts';
export type { Requests } from './simulation/Requests.ts';
export type {
  CloudMaker,
  SimulatedAsker,
  SimulatedCloud,
  SimulatedEntities,
  SimulatedPermits,
} from './simulation/Setting.ts';
export { type NamedState, namedStates, pagingStates, retentionStates } from './simulation/Sightings.ts';
export { type ShrinkOptions, shrink } from './simulation/shrink.ts';
export { type Inspection, type Report, type SimulationOptions, simulate } from './simulation/simulate.ts';
export { type SeedsOptions, type SeedsReport, simulateSeeds } from './simulation/simulateSeeds.ts';
export type { Violation } from './simulation/Violations.ts';
export { type StoreCapabilities, type StoreContractOptions, storeContract } from './storeContract.ts';
export { type SyncStoreContractOptions, syncStoreContract } from './syncStoreContract.ts';
