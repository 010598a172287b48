// A small platform: one page with a button, and the server behind it. Only for this machine.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

const { KEYFERRY_URL = 'http://localhost:8080', KEYFERRY_API_KEY, PORT = '4000' } = process.env;
if (!KEYFERRY_API_KEY) throw new Error('Set KEYFERRY_API_KEY: the demo prints one.');

const read = (address) => readFileSync(fileURLToPath(address), 'utf8');
const FILES = {
  '/': { type: 'text/html; charset=utf-8', text: read(new URL('page.html', import.meta.url)) },
  // As it is installed; a bundler puts it into your page just as well.
  '/connect.js': { type: 'text/javascript', text: read(import.meta.resolve('@keyferry/connect')) },
};

/** A connect link, for a page of this origin. The API key stays on the server. */
async function connectLink(customer) {
  const answer = await fetch(`${KEYFERRY_URL}/api/v1/connect-links`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEYFERRY_API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ customer, origin: ORIGIN }),
  });
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.message);
  return json;
}

async function handle({ method, url, headers }) {
  const { pathname, searchParams } = new URL(url, ORIGIN);
  if (method === 'GET' && FILES[pathname]) return { status: 200, ...FILES[pathname] };
  if (method !== 'POST' || pathname !== '/connect-link') return { status: 404, type: 'text/plain', text: '' };
  // Another site's page must not make links in your customer's name.
  if (!OWN.includes(headers.origin)) return { status: 403, type: 'text/plain', text: '' };
  // Your session knows who is signed in. Here the address says so.
  const link = await connectLink(searchParams.get('customer') ?? 'alice');
  return { status: 201, type: 'application/json', text: JSON.stringify(link) };
}

const server = createServer(async (request, response) => {
  const { status, type, text } = await handle(request).catch(({ message }) => ({
    status: 502,
    type: 'text/plain; charset=utf-8',
    text: message,
  }));
  // Not `same-origin`: the page would lose sight of the window that it opens.
  const headers = { 'content-type': type, 'cross-origin-opener-policy': 'same-origin-allow-popups' };
  response.writeHead(status, headers).end(text);
});
await new Promise((listening) => server.listen(Number(PORT), '127.0.0.1', listening));
const { port } = server.address();
const ORIGIN = `http://localhost:${port}`;
/** It can be opened under both names, and only one of them is the origin that links are made for. */
const OWN = [ORIGIN, `http://127.0.0.1:${port}`];
console.log(`${ORIGIN}/?customer=alice`);
