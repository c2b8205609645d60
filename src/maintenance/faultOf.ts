import { asTierSyncError } from '../util/asTierSyncError.ts';
import type { Fault, FaultCode } from './Fault.ts';

const codes: readonly string[] = ['corrupt', 'upgrade-needed', 'cloud-unreadable'] satisfies readonly FaultCode[];

/** What a failed read says about what was read. What says nothing about it, such as a dead network, is thrown on. */
export function faultOf(cause: unknown, entityKey: string | null, object: string): Fault {
  const error = asTierSyncError(cause, `${object} could not be read`);
  if (!codes.includes(error.code)) throw error;
  return { code: error.code as FaultCode, entityKey, object, message: error.message };
}

export const missingFault = (entityKey: string | null, object: string, whoLeads: string): Fault => ({
  code: 'missing',
  entityKey,
  object,
  message: `${object} is missing, though ${whoLeads} leads to it`,
});

export function unreadableRecords(entityKey: string, object: string, places: readonly string[]): Fault {
  const message = `${object}: ${places.length} records cannot be read, first ${places[0]}`;
  return { code: 'corrupt', entityKey, object, message };
}
