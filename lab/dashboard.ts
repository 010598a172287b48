import type { Page } from 'playwright-core';

/** Comes to a connect link as customers do: by a click on the platform's own page, in the same tab. */
export async function followLink(page: Page, connectLink: string): Promise<void> {
  await page.setContent(`<!doctype html><title>Dashboard</title><a href="${connectLink}">Connect</a>`);
  await page.getByRole('link', { name: 'Connect' }).click();
  const { host } = new URL(connectLink);
  await page.waitForURL((url) => url.host === host);
}
