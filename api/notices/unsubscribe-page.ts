import { createHash } from 'node:crypto';
import type { NoticeGroup } from '../../core/contract/notices.ts';
import { escaped } from './html.ts';
import { directionOf, type Language, say, type WordKey } from './words.ts';

const STYLE = `:root{color-scheme:light dark;--ink:#1c1c1c;--soft:#595959;--paper:#f6f6f4;--card:#fff;--line:#d0d0cc;--act:#1f4e8c;--on:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#ededed;--soft:#b3b3b3;--paper:#161616;--card:#212121;--line:#3d3d3d;--act:#9ec3f5;--on:#10233d}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px 16px;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}
main{width:100%;max-width:480px;padding:32px;background:var(--card);border:1px solid var(--line);border-radius:12px}
h1{margin:0 0 4px;font-size:22px;line-height:1.3}
p{margin:0 0 16px}
.of{color:var(--soft);font-size:14px}
button{width:100%;min-height:48px;padding:12px 20px;border:0;border-radius:8px;background:var(--act);color:var(--on);font:inherit;font-weight:600;cursor:pointer}
button:focus-visible,a:focus-visible{outline:3px solid var(--act);outline-offset:3px}
a{color:var(--act)}
nav{margin-top:24px;font-size:14px}`;

/** What the page's policy allows: its own style, and nothing else. */
export const UNSUBSCRIBE_STYLES = [`'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`];

/** A page on which a customer switches a group of mails off or on; it needs no script. */
export interface UnsubscribePage {
  language: Language;
  customer: string;
  /** Undefined: the link that led here is none; `failed`: it could not be looked at. */
  shown:
    | 'failed'
    | {
        group: NoticeGroup;
        isOn: boolean;
        /** It has just been changed. */
        isDone: boolean;
        /** The address that the button is sent to, without a host. */
        action: string;
      }
    | undefined;
}

/** The page as HTML. */
export function unsubscribeHtml({ language, customer, shown }: UnsubscribePage): Buffer {
  const words = (key: WordKey) => escaped(say(language, key));
  const body =
    shown === 'failed'
      ? `<p role="alert">${words('page.failed')}</p>`
      : shown
        ? `<p${shown.isDone ? ' role="status"' : ''}>${shown.isDone ? `<strong>${words('page.done')}</strong> ` : ''}${words(`page.${shown.group}.${shown.isOn ? 'on' : 'off'}`)}</p>
<form method="post" action="${escaped(shown.action)}"><button>${words(shown.isOn ? 'page.stop' : 'page.start')}</button></form>`
        : `<p role="alert"><strong>${words('page.gone')}</strong> ${words('page.gone.todo')}</p>`;
  return Buffer.from(`<!doctype html>
<html lang="${language}" dir="${directionOf(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${words('page.title')}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${words('page.title')}</h1>
<p class="of"><bdi>${escaped(customer)}</bdi></p>
${body}
<nav><a href="/">${words('button.open')}</a></nav>
</main>
</body>
</html>
`);
}
