/** A colour as `#rrggbb`. */
export type Colour = string;

type Channels = readonly [number, number, number];

/** What the page's colours stand on: its ground and its card, and the ink on them (web/style/tokens.css has the same). */
export const GROUNDS = {
  light: { ground: '#f3f2ee', card: '#ffffff', ink: '#1e1d1a' },
  dark: { ground: '#151614', card: '#1e201d', ink: '#f0efea' },
} as const;
export type Scheme = keyof typeof GROUNDS;

/** The least contrast of text (WCAG 2.2, 1.4.3). That of parts, 3:1 (1.4.11), is in it. */
export const LEAST_TEXT = 4.5;

/** The colours that one accent gives the page. */
export interface Accent {
  accent: Colour;
  /** While it is pointed at. */
  accentDeep: Colour;
  /** Text on it. */
  onAccent: Colour;
  /** Its faint form, which the accent is text on. */
  tint: Colour;
}

/** The contrast of two colours, 1 to 21 (WCAG 2.2). */
export function contrast(one: Colour, other: Colour): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** The colours of an accent. Pure; whether they can be read `contrastProblem` says. */
export function accentOf(accent: Colour, scheme: Scheme): Accent {
  const { card } = GROUNDS[scheme];
  const isLight = scheme === 'light';
  return {
    accent,
    accentDeep: mixed(accent, isLight ? '#000000' : '#ffffff', 0.22),
    onAccent: contrast(accent, '#ffffff') >= contrast(accent, '#101010') ? '#ffffff' : '#101010',
    tint: mixed(accent, card, isLight ? 0.92 : 0.88),
  };
}

/** Why an accent cannot be read somewhere on the page, with the ratio; undefined where it can. Completes "<name> …". */
export function contrastProblem(accent: Colour, scheme: Scheme): string | undefined {
  const { ground, card } = GROUNDS[scheme];
  const { onAccent, accentDeep, tint } = accentOf(accent, scheme);
  const pairs: [what: string, ratio: number][] = [
    [`on the ${scheme} card ${card}`, contrast(accent, card)],
    [`on the ${scheme} ground ${ground}`, contrast(accent, ground)],
    [`on its own tint ${tint}`, contrast(accent, tint)],
    [`under text ${onAccent}`, contrast(accent, onAccent)],
    [`under text ${onAccent} while it is pointed at`, contrast(accentDeep, onAccent)],
  ];
  const [what, ratio = 0] = pairs.find(([, each]) => each < LEAST_TEXT) ?? [];
  if (what === undefined) return undefined;
  return `${accent} has a contrast of ${(Math.floor(ratio * 100) / 100).toFixed(2)}:1 ${what}; text needs ${LEAST_TEXT}:1`;
}

/** An accent for the dark page out of the light one's: as much lighter as it must be to be read. */
export function darkAccentOf(accent: Colour): Colour {
  for (let share = 0; share < 1; share += 0.05) {
    const lighter = mixed(accent, '#ffffff', share);
    if (contrastProblem(lighter, 'dark') === undefined) return lighter;
  }
  return '#ffffff';
}

/** `share` of the other colour in it. */
function mixed(colour: Colour, other: Colour, share: number): Colour {
  const [one, two] = [channelsOf(colour), channelsOf(other)];
  const mix = one.map((channel, at) => Math.round(channel * (1 - share) + (two[at] ?? 0) * share));
  return `#${mix.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

function luminance(colour: Colour): number {
  const [red, green, blue] = channelsOf(colour).map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as unknown as Channels;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channelsOf(colour: Colour): Channels {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as unknown as Channels;
}
