import type { CloudLink } from './CloudLink.ts';

type OfLink = Pick<
  CloudLink,
  'stateOf' | 'clockOffset' | 'known' | 'ensure' | 'rules' | 'isReady' | 'hasPending' | 'inspect' | 'keeps'
>;

/** What the parts of an app ask of its cloud, whoever talks to it. */
export interface AttachedCloud extends OfLink {
  /** Another tab has written where this device stands with it. */
  refresh?(): Promise<void>;
}
