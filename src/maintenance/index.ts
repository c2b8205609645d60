export type { Fault, FaultCode } from './Fault.ts';
export type { OutsideOptions } from './openReader.ts';
export type { RepairOptions, RepairReport } from './RepairReport.ts';
export { repair } from './repair.ts';
export type { CloudPlace, LocalPlace, TierPlace } from './TierPlace.ts';
export type { LongWork, Progress } from './TierReader.ts';
export { type VerifiedKey, type VerifyOptions, type VerifyReport, verify } from './verify.ts';
