const paths = {
  back: 'M15 6l-6 6 6 6',
  calendar: 'M5 6h14v14H5zM5 10h14M9 3v4M15 3v4',
  cloud: 'M7 18a4 4 0 0 1-.5-8A6 6 0 0 1 18 9.5 4.3 4.3 0 0 1 17.5 18z',
  cross: 'M6 6l12 12M18 6L6 18',
  forth: 'M9 6l6 6-6 6',
  laptop: 'M5 5h14v10H5zM2 19h20',
  moon: 'M20 14.5A8.5 8.5 0 1 1 9.5 4 7 7 0 0 0 20 14.5z',
  pen: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3',
  phone: 'M8 3h8v18H8zM11 18h2',
  plus: 'M12 5v14M5 12h14',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.5 1.5M17.5 17.5L19 19M5 19l1.5-1.5M17.5 6.5L19 5',
  tablet: 'M5 3h14v18H5zM11 18h2',
  tiers: 'M12 3l9 4.5-9 4.5-9-4.5zM3 12l9 4.5 9-4.5M3 16.5L12 21l9-4.5',
  timer: 'M12 6a7 7 0 1 0 0 14 7 7 0 0 0 0-14M12 9.5V13l2.5 1.5M10 3h4',
} as const;

export type IconName = keyof typeof paths;

/** Beside words, or in a button that has a name. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
