import type { ServerResponse } from 'node:http';

/** Sends a page of the stand-in: `content` on a card, below the words that say what it is. */
export function sendPage(response: ServerResponse, status: number, title: string, content: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'",
  });
  response.end(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} (simulated)</title>
<style>${STYLE}</style>
</head>
<body>
<header><strong>Stand-in: not Anthropic.</strong> A simulated sign-in; no account is touched.</header>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`);
}

export function escapeHtml(text: string): string {
  const named: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replaceAll(/[&<>"']/g, (character) => named[character] ?? character);
}

const STYLE = `
:root { color-scheme: light dark; --back: #f4f1ea; --card: #fffdf8; --ink: #24211c; --soft: #6a6358;
  --line: #ddd6c8; --button: #24211c; --on-button: #fffdf8; }
@media (prefers-color-scheme: dark) {
  :root { --back: #1b1a18; --card: #262421; --ink: #f3efe6; --soft: #b5ad9f; --line: #403c36;
    --button: #f3efe6; --on-button: #24211c; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; background: var(--back); color: var(--ink);
  font: 1.0625rem/1.55 system-ui, sans-serif; }
header { padding: .6rem 1rem; text-align: center; background: #fde68a; color: #422006; }
main { max-width: 30rem; margin: 12vh auto 2rem; padding: 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 1rem; }
@media (max-width: 34rem) { main { margin: 1.5rem 1rem; padding: 1.5rem; } }
h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25; font-weight: 600; }
p { margin: 0 0 1rem; }
ul { margin: 0 0 1.5rem; padding-left: 1.2rem; color: var(--soft); }
label { display: block; margin-bottom: 1rem; }
input { width: 100%; min-height: 2.75rem; padding: 0 .75rem; font: inherit; color: inherit;
  background: var(--back); border: 1px solid var(--line); border-radius: .6rem; }
code { display: block; padding: 1rem; overflow-wrap: anywhere; user-select: all; background: var(--back);
  border: 1px solid var(--line); border-radius: .6rem; font: .95rem/1.5 ui-monospace, monospace; }
button { width: 100%; min-height: 2.75rem; padding: .6rem 1rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--on-button); background: var(--button); border: 0; border-radius: .6rem; }
:focus-visible { outline: 3px solid #c2703d; outline-offset: 2px; }
#next { margin: 1rem 0 0; color: var(--soft); }
`;
