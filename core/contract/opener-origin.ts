import { z } from 'zod';

/** As browsers write an origin; without TLS only on this machine. */
const ORIGIN =
  /^(?:https:\/\/(?:[a-z\d-]+\.)*[a-z\d-]+|http:\/\/(?:(?:[a-z\d-]+\.)*localhost|127\.0\.0\.1|\[::1\]))(?::\d{1,5})?$/;

const RULE =
  'must be an origin, such as https://dashboard.example: https, or http on this machine, and no path';

/** Also for a browser: there is no port 99999, no host 1.2.3.4.5, and what has the scheme's own port never sends it. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

/** Whom the customer's page speaks to when it runs in a popup. */
export const openerSchema = z
  .string()
  .max(300)
  .regex(ORIGIN, { error: RULE, abort: true })
  .refine(isOrigin, { error: RULE, params: { rule: 'format' } })
  .meta({
    description:
      'The origin of your page that opens the link in a popup. The customer’s page tells this origin, and no other, what becomes of it (`@keyferry/connect` listens); without it the page speaks to nobody',
  });
