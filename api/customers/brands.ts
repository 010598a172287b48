import { createHash } from 'node:crypto';
import type { LinkBrand } from '../../core/contract/brand.ts';
import { accentOf, darkAccentOf, type Scheme } from '../../core/contract/contrast.ts';
import type { Session } from '../../core/contract/http-api.ts';
import type { Config } from '../../core/process/config.ts';
import type { Logo } from '../../core/process/logo.ts';

type Shown = NonNullable<Session['brand']>;

/** How the platform dresses all of its customers' pages. */
export interface Brand {
  /** Put into the page, which needs it before anybody is signed in. */
  shown: Shown & { logo?: string };
  logo: (Logo & { path: string }) | undefined;
}

/** What is configured. */
export function brandOf(
  config: Pick<
    Config<'api'>,
    | 'PLATFORM_NAME'
    | 'PLATFORM_LOGO'
    | 'PLATFORM_COLOR'
    | 'PLATFORM_COLOR_DARK'
    | 'SUPPORT_URL'
    | 'SUPPORT_EMAIL'
    | 'TERMS_URL'
  >,
): Brand {
  const logo = config.PLATFORM_LOGO && { ...config.PLATFORM_LOGO, path: pathOf(config.PLATFORM_LOGO) };
  const shown = shownBrand({
    name: config.PLATFORM_NAME,
    color: config.PLATFORM_COLOR,
    colorDark: config.PLATFORM_COLOR_DARK,
    supportUrl: config.SUPPORT_URL,
    supportEmail: config.SUPPORT_EMAIL,
    termsUrl: config.TERMS_URL,
  });
  return { shown: { ...shown, ...(logo && { logo: logo.path }) }, logo };
}

/** As the page is told of it. */
export function shownBrand({ name, color, colorDark, supportUrl, supportEmail, termsUrl }: LinkBrand): Shown {
  const styles = stylesOf(color, colorDark);
  return {
    ...(name !== undefined && { name }),
    ...(supportUrl !== undefined && { supportUrl }),
    ...(supportEmail !== undefined && { supportEmail }),
    ...(termsUrl !== undefined && { termsUrl }),
    ...(styles.length > 0 && { styles }),
  };
}

/** CSS rules: the page's accent on light and on dark. The colours were checked as they came in. */
function stylesOf(light: string | undefined, dark = light && darkAccentOf(light)): string[] {
  return [
    ...(light === undefined ? [] : [ruleOf(light, 'light')]),
    ...(dark === undefined ? [] : [`@media (prefers-color-scheme:dark){${ruleOf(dark, 'dark')}}`]),
  ];
}

function ruleOf(colour: string, scheme: Scheme): string {
  const { accent, accentDeep, onAccent, tint } = accentOf(colour.toLowerCase(), scheme);
  return `:root{--accent:${accent};--accent-deep:${accentDeep};--on-accent:${onAccent};--tint:${tint}}`;
}

/** Made of what is in it, so that it can be kept forever. */
function pathOf({ bytes, ending }: Logo): string {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  return `/assets/logo-${hash}.${ending}`;
}
