import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import express, { type RequestHandler } from 'express';
import { ConfigError } from '../core/config.ts';

/** The customer's page as Vite builds it: one HTML file, and assets with their hash in their name. */
export interface Page {
  html: string;
  /** Serves what is below /assets. */
  assets: RequestHandler;
}

/** Opens the built page in a directory. Throws `ConfigError` when it is not there. */
export function openPage(directory: string): Page {
  let html: string;
  try {
    html = readFileSync(join(directory, 'index.html'), 'utf8');
  } catch {
    throw new ConfigError("The customer's page is not built: `npm run build` makes web/dist.");
  }
  const assets = express.static(join(directory, 'assets'), {
    immutable: true,
    maxAge: '1y',
    index: false,
    redirect: false,
  });
  return { html, assets };
}
