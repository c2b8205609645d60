import { DataOrchestrator } from 'tiersync';

/** Any orchestrator, whatever its entities. */
// biome-ignore lint/suspicious/noExplicitAny: what entities it has is for the caller to know
export type AnyData = DataOrchestrator<any>;

/** What was provided; else the singleton. */
export const dataInUse = (provided: AnyData | null): AnyData => provided ?? DataOrchestrator.getInstance();
