import { escaped } from './html.ts';
import type { Mail } from './mail.ts';
import { directionOf } from './words.ts';

/** A mail as plain text. */
export function textOf({
  language,
  platform,
  greeting,
  paragraphs,
  facts,
  button,
  footer,
  unsubscribe,
}: Mail): string {
  const colon = language === 'fr' ? '\u00a0:' : ':';
  return `${[
    ...(platform === undefined ? [] : [platform]),
    greeting,
    ...paragraphs,
    facts.map(([name, value]) => `${name}${colon} ${value}`).join('\n'),
    `${button.label}${colon}\n${button.url}`,
    `-- \n${footer.join('\n')}\n\n${unsubscribe.label}${colon}\n${unsubscribe.url}`,
  ].join('\n\n')}\n`;
}

/** A mail as HTML: no pictures, nothing from elsewhere, readable without its styles, and in a dark mode. */
export function htmlOf(mail: Mail): string {
  const { language, subject, platform, greeting, paragraphs, facts, button, footer, unsubscribe } = mail;
  const paragraph = (text: string) => `<p style="margin:0 0 16px">${escaped(text)}</p>`;
  const fact = ([name, value]: [string, string]) =>
    `<tr><th scope="row" style="padding:4px 0;padding-inline-end:16px;text-align:start;font-weight:600;vertical-align:top">${escaped(name)}</th><td style="padding:4px 0"><bdi>${escaped(value)}</bdi></td></tr>`;
  return `<!doctype html>
<html lang="${language}" dir="${directionOf(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escaped(subject)}</title>
<style>:root{color-scheme:light dark}</style>
</head>
<body style="margin:0;padding:24px 16px;font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5">
<div role="article" aria-label="${escaped(subject)}" lang="${language}" dir="${directionOf(language)}" style="max-width:560px;margin:0 auto">
${platform === undefined ? '' : `<p style="margin:0 0 24px;font-weight:600"><bdi>${escaped(platform)}</bdi></p>\n`}${[greeting, ...paragraphs].map(paragraph).join('\n')}
<table style="margin:0 0 24px;border-collapse:collapse">
${facts.map(fact).join('\n')}
</table>
<p style="margin:0 0 32px"><a href="${escaped(button.url)}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#1f4e8c;color:#ffffff;text-decoration:none;font-weight:600">${escaped(button.label)}</a></p>
<hr style="border:0;border-top:1px solid #8c8c8c;margin:0 0 16px">
<p style="margin:0 0 8px;font-size:14px">${footer.map(escaped).join('<br>')}</p>
<p style="margin:0;font-size:14px"><a href="${escaped(unsubscribe.url)}" style="color:inherit">${escaped(unsubscribe.label)}</a></p>
</div>
</body>
</html>
`;
}
