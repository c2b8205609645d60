/** What the words of a command say about where a tier is. */
export interface PlaceOptions {
  readonly prefix?: string;
  readonly as?: 'local' | 'cloud' | undefined;
  readonly separator?: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly table?: string;
  readonly isCompressed: boolean;
}
