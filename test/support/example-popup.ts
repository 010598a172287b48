import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages } from './packages.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/popup', import.meta.url));

/** examples/popup as a platform has it: its files, with the packages installed, and its server running. */
export interface ExamplePopup {
  /** Where its page is. */
  url: string;
  /** A script for that page, which adds the component of React. */
  react: string;
  stop(): Promise<void>;
}

const IN_REACT = `
  import { createElement, useState } from 'react';
  import { createRoot } from 'react-dom/client';
  import { ConnectButton } from '@keyferry/connect/react';
  const connectUrl = async () =>
    (await (await fetch('/connect-link' + location.search, { method: 'POST' })).json()).url;
  function Part() {
    const [said, setSaid] = useState('');
    const options = { connectUrl, onEvent: ({ state }) => setSaid(state), onExit: setSaid };
    return createElement('p', {}, createElement(ConnectButton, options, 'Connect in React'), 'In React: ' + said);
  }
  createRoot(document.body.appendChild(document.createElement('div'))).render(createElement(Part));
`;

/** Starts it before a Keyferry. Throws with what it says if it does not start. */
export async function startExamplePopup(access: { url: string; key: string }): Promise<ExamplePopup> {
  const consumer = await installPackages('connect');
  const react = await consumer.bundle(IN_REACT);
  cpSync(EXAMPLE, consumer.directory, { recursive: true });
  const server = spawn(process.execPath, [join(consumer.directory, 'server.mjs')], {
    env: { PATH: process.env.PATH, KEYFERRY_URL: access.url, KEYFERRY_API_KEY: access.key, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()));
  const stop = async () => {
    server.kill();
    await ended;
    consumer.remove();
  };
  let said = '';
  const address = new Promise<string>((resolve, reject) => {
    server.stdout.on('data', (text) => {
      said += text;
      const [found] = /http:\/\/localhost:\d+/.exec(said) ?? [];
      if (found) resolve(found);
    });
    server.stderr.on('data', (text) => {
      said += text;
    });
    void ended.then(() => reject(new Error(said)));
  });
  try {
    return { url: await address, react, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}
