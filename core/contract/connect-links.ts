import { z } from 'zod';
import { linkBrandSchema } from './brand.ts';
import { customerSchema } from './customer.ts';
import { MOST_REFERENCE } from './handshake-record.ts';
import { openerSchema } from './opener-origin.ts';
import { displayLine, line, localeSchema } from './platform-api.ts';
import { methodSchema, providerSchema } from './provider-names.ts';

/** What the platform may say of one visit when it has a link made. */
export const THEMES = ['light', 'dark', 'auto'] as const;

/** Where the page may send somebody: `https`, and `http` where the platform itself has no more. */
const back = z
  .url({ protocol: /^https?$/ })
  .max(2_000)
  .meta({
    description:
      'The address that the page offers to return to, also where this link is over; put nothing secret into it',
  });

const refresh = z
  .url({ protocol: /^https$/ })
  .max(2_000)
  .meta({
    description:
      'An address of yours that makes a fresh link and redirects to it: offered where this link, or the visit, is over. The page adds nothing to it; put nothing secret into it',
    examples: ['https://dashboard.example/alice/connect'],
  });

/** The options of a link that its visit is about; the page is told of all but `reference`. */
export const linkOptions = {
  returnUrl: back.optional(),
  refreshUrl: refresh.optional(),
  origin: openerSchema.optional(),
  displayName: displayLine(80)
    .optional()
    .meta({
      description:
        'Shown before the slug: the name that your customer knows it by. Never what a customer can write themself: the page names with it whose machine somebody is about to sign in for',
      examples: ['Alice’s box'],
    }),
  locale: localeSchema.optional().meta({
    description: 'The language of the page (BCP 47); without it the browser’s',
    examples: ['de-CH'],
  }),
  theme: z.enum(THEMES).optional().meta({ description: '`auto`, or nothing: as the browser wishes' }),
  reference: line(MOST_REFERENCE)
    .optional()
    .meta({
      description:
        'Yours: told in the events of this visit’s handshakes, and found by the console’s search. No secrets',
      examples: ['ticket-4711'],
    }),
  brand: linkBrandSchema.optional().meta({
    description: 'How the page looks for this visit, where that differs from the configuration',
  }),
  provider: providerSchema
    .unwrap()
    .optional()
    .meta({
      description: 'The page opens with this provider at once. It must be offered to the customer',
      examples: ['anthropic'],
    }),
  method: methodSchema
    .unwrap()
    .optional()
    .meta({
      description: 'The page opens with this method at once, of `provider`, or of Anthropic without one',
      examples: ['setup-token'],
    }),
};

/** `POST /api/v1/connect-links`, from the platform's server. */
export const connectLinkRequestSchema = z
  .strictObject({ customer: customerSchema, ...linkOptions })
  .meta({ id: 'ConnectLinkRequest' });
export type ConnectLinkRequest = z.infer<typeof connectLinkRequestSchema>;

export const connectLinkSchema = z
  .strictObject({
    url: z.url().meta({ description: 'Send the customer to this address; it opens once' }),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'ConnectLink' });
