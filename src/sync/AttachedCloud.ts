import type { CloudLink } from './CloudLink.ts';

type OfLink = Pick<
  CloudLink,
  'stateOf' | 'clockOffset' | 'known' | 'ensure' | 'rules' | 'isReady' | 'hasPending' | 'inspect'
>;

/** What the parts of an app ask of its cloud, whoever talks to it. */
export interface AttachedCloud extends OfLink {
  /** Another tab has written where this device stands with it. */
  refresh?(): Promise<void>;
  /** Whether it has whatever of a key and name is here and does not wait to be sent. Left out: another tab sees to that. */
  keeps?(entityName: string, entityKey: string): boolean;
}
