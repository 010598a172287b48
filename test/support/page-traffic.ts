import type { Page } from 'playwright-core';

/** What a person's tabs have sent and received. */
export class PageTraffic {
  /** Messages of WebSockets that came, oldest first. */
  readonly messages: string[] = [];
  readonly #received: Promise<string>[] = [];
  readonly #sent: string[] = [];

  /** Remembers what goes over the network for a tab from now on. */
  remember(page: Page): void {
    page.on('request', (request) => {
      if (request.method() === 'POST') this.#sent.push(new URL(request.url()).pathname);
    });
    page.on('response', (response) => {
      const headers = JSON.stringify(response.headers());
      const body = response.text().then(
        (text) => `${headers}\n${text}`,
        // A redirect has no body, and one that was cut short has none either.
        () => headers,
      );
      this.#received.push(body);
    });
    page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => void this.messages.push(String(payload)));
    });
  }

  /** Everything that came: headers, bodies, and messages of WebSockets. */
  async received(): Promise<string> {
    return [...(await Promise.all(this.#received)), ...this.messages].join('\n');
  }

  /** How often something was posted to this path. */
  sent(path: string): number {
    return this.#sent.filter((sent) => sent === path).length;
  }
}
