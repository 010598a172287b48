import type { Session } from '../../core/contract/http-api.ts';
import type { OverVisit, Visit } from '../platform/connect-links.ts';
import type { Services } from '../services.ts';
import { shownBrand } from './brands.ts';

/** What the page is told of a visit: of its link's options all but the platform's own reference. */
export async function shownVisit(
  { config, customers, offers, workers }: Pick<Services, 'config' | 'customers' | 'offers' | 'workers'>,
  customer: string,
  { returnUrl, refreshUrl, origin, displayName, locale: said, theme, brand, provider, method }: Visit,
): Promise<Omit<Session, 'csrf'>> {
  const standIn = config.STAND_IN_SIGN_IN;
  // The page then says nothing of copies, rather than something that may not be so.
  const copies = await workers.keepCopies().catch(() => undefined);
  // As long as the database is away, the browser's language will do.
  const locale = said ?? (await customers.find(customer).catch(() => undefined))?.locale ?? undefined;
  return {
    customer,
    offers: await offers.of(customer),
    ...(returnUrl === undefined ? {} : { returnUrl }),
    ...(refreshUrl === undefined ? {} : { refreshUrl }),
    ...(origin === undefined ? {} : { origin }),
    ...(displayName === undefined ? {} : { displayName }),
    ...(locale === undefined ? {} : { locale }),
    ...(theme === undefined ? {} : { theme }),
    ...(brand === undefined ? {} : { brand: shownBrand(brand) }),
    ...(provider === undefined || method === undefined ? {} : { way: { provider, method } }),
    ...(standIn === undefined ? {} : { standIn }),
    ...(copies === undefined ? {} : { copies }),
  };
}

/** What it is told at a link that is over, which anybody may have by now: where to go on, and how the page looks. */
export function shownOver(
  { STAND_IN_SIGN_IN: standIn }: Pick<Services['config'], 'STAND_IN_SIGN_IN'>,
  customer: string,
  { returnUrl, refreshUrl, origin, locale, theme, brand }: OverVisit,
): Omit<Session, 'csrf'> {
  return {
    customer,
    ...(returnUrl === undefined ? {} : { returnUrl }),
    ...(refreshUrl === undefined ? {} : { refreshUrl }),
    ...(origin === undefined ? {} : { origin }),
    ...(locale === undefined ? {} : { locale }),
    ...(theme === undefined ? {} : { theme }),
    ...(brand === undefined ? {} : { brand: shownBrand(brand) }),
    ...(standIn === undefined ? {} : { standIn }),
  };
}
