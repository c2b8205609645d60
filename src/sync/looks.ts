export { type CloudSights, inspectCloud } from './inspectCloud.ts';
export { type PlanParts, planOf } from './planOf.ts';
