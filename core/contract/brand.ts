import { z } from 'zod';
import { contrastProblem, type Scheme } from './contrast.ts';
import { displayLine } from './platform-api.ts';

/** The most characters of the platform's name: it stands beside a logo, and in the page's title. */
export const MOST_NAME = 60;

const COLOUR = /^#[0-9a-f]{6}$/i;

/** A colour that can be read on the page of a scheme. */
export const colour = (scheme: Scheme) =>
  z
    .string()
    .regex(COLOUR, 'must be a colour such as `#0e6655`')
    .superRefine((text, context) => {
      const problem = contrastProblem(text, scheme);
      if (problem === undefined) return;
      context.addIssue({
        code: 'custom',
        message: problem,
        params: { rule: 'format', expected: 'contrast' },
      });
    });

const secure = z.url({ protocol: /^https$/ }).max(2_000);

/** How a link's page is dressed, where that differs from what is configured. */
export const linkBrandSchema = z
  .strictObject({
    name: displayLine(MOST_NAME)
      .optional()
      .meta({ description: 'Yours', examples: ['Example Hosting'] }),
    color: colour('light')
      .optional()
      .meta({
        description:
          'The accent of the light page, `#rrggbb`. Refused with its ratio if text in it, or on it, has a contrast of less than 4.5:1',
        examples: ['#1f4e8c'],
      }),
    colorDark: colour('dark')
      .optional()
      .meta({
        description: 'The same for the dark page; without it a lighter one is made of `color`',
        examples: ['#9ec3f5'],
      }),
    supportUrl: secure.optional().meta({ examples: ['https://example.com/help'] }),
    supportEmail: z
      .email()
      .max(254)
      .optional()
      .meta({ examples: ['help@example.com'] }),
    termsUrl: secure.optional().meta({ examples: ['https://example.com/terms'] }),
  })
  .meta({ id: 'LinkBrand' });
export type LinkBrand = z.infer<typeof linkBrandSchema>;
